using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Refuses what is not done for a reason that shows before anything is looked up, with the row by which staff find it. Only who is told
/// to come back later leaves none: a client that comes too often must not fill the archive with that.
/// </summary>
internal sealed class RejectedDeliveries(IDocumentStore store)
{
    /// <param name="interaction">Such as <c>Media.create</c>.</param>
    /// <param name="bodyBytes">Of the body, which stays unread; 0 when there is none or nobody knows.</param>
    public async Task RefuseAsync(FhirRequest request, string interaction, FhirProblem problem, IReadOnlyList<FhirIssue>? issues = null, long bodyBytes = 0)
    {
        var outcome = problem.Status switch
        {
            StatusCodes.Status403Forbidden => Outcome.Forbidden,
            StatusCodes.Status413PayloadTooLarge => Outcome.TooLarge,
            _ => Outcome.Refused,
        };
        List<Violation> violations = issues is { Count: > 0 }
            ? [.. issues.Select(issue => new Violation(issue.Expression ?? "$", issue.Text))]
            : [new Violation("$", problem.Text)];
        await store.RecordAsync(request.Asks(interaction) with { BodyLength = bodyBytes }, outcome, violations, null, CancellationToken.None);
        await FhirResponses.ProblemAsync(request.Context, problem, issues);
    }
}
