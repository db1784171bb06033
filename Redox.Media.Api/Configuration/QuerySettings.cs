using System.ComponentModel.DataAnnotations;
using Redox.Media.Core.Queries;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Query</c>: limits of query responses, and whose documents relayed queries see.</summary>
public sealed record QuerySettings
{
    public const string Section = "Query";

    /// <summary>
    /// Bytes of content inlined in one response; documents beyond it come without content, and the response is marked incomplete. Default
    /// 30 MiB: the largest file that Redox accepts for upload, whose base64 fills the 40 MB of a Redox message; 0 to 1 GiB.
    /// </summary>
    [Range(0, 1024L * 1024 * 1024)]
    public long MaxContentBytes { get; init; } = 30 * 1024 * 1024;

    /// <summary>Timeout of a query. Redox gives up 120 s after the original request. Default 20 s; 1 to 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:30")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>Criteria of a FHIR search that are joined by AND, equal ones once. Default 32; 1 to 1000.</summary>
    [Range(1, 1000)]
    public int MaxCriteria { get; init; } = 32;

    /// <summary>Values of all criteria of a FHIR search together, equal ones once. Default 64; 1 to 10000.</summary>
    [Range(1, 10_000)]
    public int MaxValues { get; init; } = 64;

    /// <summary>
    /// Identifiers, visits, types and DocumentIDs of a Media.Query together, equal ones once. More than for FHIR, because an index finds
    /// each of them. Default 1000; 1 to 10000.
    /// </summary>
    [Range(1, 10_000)]
    public int MaxRedoxValues { get; init; } = 1000;

    /// <summary>
    /// How long the database may take for a statement of a client's search; a search that takes longer is stopped. Default 5 s; 1 to 90 s.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:30")]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// Documents of the answer to a Media.Query, the newest; of more, the answer says that it is incomplete. Default 1000; 16 to 100000.
    /// </summary>
    [Range(16, 100_000)]
    public int MaxDocuments { get; init; } = 1000;

    public SearchLimits Limits => new(MaxCriteria, MaxValues, MaxRedoxValues, StatementTimeout) { MaxDocuments = MaxDocuments };

    /// <summary>
    /// Whose documents the queries that the Redox engine relays see, by requester. A requester without a rule is answered 403. In
    /// Development the default is one rule, <c>*</c> for <c>*</c>.
    /// </summary>
    public IList<QueryRuleSettings> Rules { get; init; } = [];
}
