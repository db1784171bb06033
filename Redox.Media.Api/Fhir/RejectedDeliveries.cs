using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Validation;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Rejects a client's request before anything is looked up, and records the row by which staff find it. Responses that ask the client to
/// repeat the request (429, 503) do not pass here and leave no row.
/// </summary>
internal sealed class RejectedDeliveries(IDocumentStore store)
{
    /// <param name="outcome">What is recorded; the status of the response is that of <paramref name="problem"/>.</param>
    /// <param name="bodyBytes">Length of the body, which stays unread; 0 when there is none or it is not known.</param>
    public async Task RejectAsync(
        FhirRequest request, FhirProblem problem, Outcome outcome = Outcome.Refused, IReadOnlyList<FhirIssue>? issues = null,
        long bodyBytes = 0)
    {
        List<Violation> violations = issues is { Count: > 0 }
            ? [.. issues.Select(issue => new Violation(issue.Expression ?? "$", issue.Text))]
            : [new Violation("$", problem.Text)];
        await store.RecordAsync(request.ToDelivery() with { BodyLength = bodyBytes }, outcome, violations, null, CancellationToken.None);
        await FhirResponses.ProblemAsync(request.Context, problem, issues);
    }
}
