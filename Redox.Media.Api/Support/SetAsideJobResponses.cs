using System.Text.Json.Serialization;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>A job and how far it is.</summary>
/// <param name="Act">release, discard or restore.</param>
/// <param name="State">waiting, running, stopping, stopped or done.</param>
/// <param name="Group">The group that was meant; null when the deliveries were named.</param>
/// <param name="Total">Its deliveries; <c>Done</c>, <c>Failed</c> and <c>Remaining</c> are parts of them.</param>
internal sealed record SetAsideJobItem(
    Guid Id, string Act, string State, Guid? Group, string Reason, string Member, int Total, int Done, int Failed, int Remaining,
    DateTimeOffset CreatedAt, DateTimeOffset? StartedAt, DateTimeOffset? StopRequestedAt, DateTimeOffset? EndedAt)
{
    /// <summary>How many more deliveries matched than a job takes; in the response to the request for it only.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Beyond { get; init; }

    public static SetAsideJobItem Of(SetAsideJob job) => new(
        job.Id, job.Act.ToString().ToLowerInvariant(), job.State, job.Group, job.Reason, job.Member, job.Total, job.Done, job.Failed,
        job.Remaining, job.CreatedAt, job.StartedAt, job.StopRequestedAt, job.EndedAt);
}

/// <summary>Jobs, newest first.</summary>
/// <param name="Next">The position of the next page; null on the last one.</param>
internal sealed record SetAsideJobList(IReadOnlyList<SetAsideJobItem> Jobs, string? Next);

/// <summary>A job with the deliveries that failed.</summary>
/// <param name="Next">The position of the next page of failures; null on the last one.</param>
internal sealed record SetAsideJobPage(SetAsideJobItem Job, IReadOnlyList<SetAsideJobFailure> Failures, string? Next);

/// <summary>The stated count is not that of the deliveries that match now.</summary>
/// <param name="Count">How many there are now.</param>
internal sealed record SetAsideCountError(string Error, long Count);
