using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Support;

/// <summary>A correction that was not made: what the interface answers, and the row of the audit.</summary>
internal static class RefusedCorrection
{
    /// <summary>The status and the reason. A correction that was made is recorded by the store.</summary>
    public static async Task<(int Status, string Text)> RecordAsync(
        AccessAudit audit, HttpContext context, CorrectionRequest request, AuditAct act, CorrectionResult result)
    {
        var (status, text) = result switch
        {
            CorrectionResult.NotFound { IsOfOtherSource: true } =>
                (StatusCodes.Status404NotFound, "The document is of a source that you may not see (Staff:n:Sources)."),
            CorrectionResult.NotFound =>
                (StatusCodes.Status404NotFound, "No event has named this document. A test document is found with test=true."),
            CorrectionResult.NotCurrent =>
                (StatusCodes.Status409Conflict, "The document is deleted or superseded: there is nothing to move."),
            CorrectionResult.AlreadySo => (StatusCodes.Status409Conflict, act switch
            {
                AuditAct.Hide => "The document is hidden already.",
                AuditAct.Unhide => "The document is not hidden.",
                _ => "The document is of this patient already.",
            }),
            _ => (StatusCodes.Status409Conflict,
                "The document has changed since you saw it. Look at it again, and repeat this with its version if it is still right."),
        };
        var isKnown = result is not CorrectionResult.NotFound;
        await audit.RecordAsync(
            context,
            new AccessRequest(act, request.Criteria) { Reason = request.Reason },
            isKnown ? AuditOutcome.Failed : AuditOutcome.NotFound,
            row => row with
            {
                Detail = text, IsTest = request.Test, Documents = isKnown ? [new SeenDocument(request.Document, null)] : [],
            });
        return (status, text);
    }
}
