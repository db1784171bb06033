using Newtonsoft.Json;
using Redox.Media.Api.Pages.Messages;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>Finds the document that an address names, for a page.</summary>
internal sealed class SeenDocuments(IDocumentStore store, MisfiledDocuments misfiled)
{
    /// <param name="role">The role of staff that the page needs.</param>
    public async Task<SeenDocumentPage> FindAsync(HttpContext context, string role, CancellationToken cancellation)
    {
        if (DocumentAddress.KeyOf(context.Request) is not { } key)
        {
            return new SeenDocumentPage(default, null, IsOfOtherSource: false);
        }

        var document = await store.FindDocumentAsync(key, cancellation);
        return document is not null && context.GetStaff(role)!.VisibleSources?.Contains(document.Source) == false
            ? new SeenDocumentPage(key, null, IsOfOtherSource: true)
            : new SeenDocumentPage(key, document, IsOfOtherSource: false)
            {
                Patient = document?.State == "current" ? await misfiled.FindPatientAsync(key, cancellation) : null,
                RevealReason = context.RevealReason(),
            };
    }
}

/// <summary>The document that an address names.</summary>
/// <param name="Document">Null if there is none that may be seen.</param>
/// <param name="IsOfOtherSource">Whether there is one of a source that may not be seen.</param>
internal sealed record SeenDocumentPage(DocumentKey Key, DocumentHistory? Document, bool IsOfOtherSource)
{
    /// <summary>Null for a document that is not current.</summary>
    public DocumentPatient? Patient { get; init; }

    /// <summary>The reason for which values are shown; null while they are not.</summary>
    public string? RevealReason { get; init; }

    /// <summary>Whose it is, for a page that has recorded so; null while values are not shown.</summary>
    public IReadOnlyList<PatientIdentifier>? ShownPatient => RevealReason is null ? null : Patient?.Identifiers;

    /// <summary>Records that the document was shown; while values are shown also whose it is.</summary>
    /// <param name="others">Other documents of its source that are shown with it.</param>
    public Task RecordAsync(
        HttpContext context, AccessAudit audit, AuditAct act, IEnumerable<ChainDocument>? others = null) => audit.RecordAsync(
        context,
        new AccessRequest(act, Criteria) { Reason = RevealReason, PatientKeys = RevealReason is null ? [] : Patient?.Keys ?? [] },
        AuditOutcome.Success,
        row => row with
        {
            Documents =
            [
                new SeenDocument(Key, null),
                .. (others ?? []).Select(one => new SeenDocument(DocumentKey.Of(Document!.Source, one.DocumentId, Document.Test), null)),
            ],
            IsTest = Document!.Test,
        });

    /// <summary>Records that there was nothing to show, and says so.</summary>
    public async Task<IResult> RefuseAsync(HttpContext context, AccessAudit audit, AccessRequest access)
    {
        await audit.RecordAsync(context, access with { Criteria = Named(context) }, AuditOutcome.NotFound);
        return Page.Notice(
            context, StatusCodes.Status404NotFound, "There is no such document",
            IsOfOtherSource ? "It is of a source that you may not see (Staff:n:Sources)."
                : "No event has named it. A test document is another one than that of production with the same ID; the search finds both. "
                    + "Or the address was cut off when it was copied.");
    }

    // As JSON, because both texts may contain any character.
    private string Criteria => JsonConvert.SerializeObject(
        new { source = Document!.Source, documentId = Document.DocumentId, test = Document.Test });

    private static string Named(HttpContext context)
    {
        var query = context.Request.Query;
        return query.ContainsKey("id")
            ? JsonConvert.SerializeObject(new
            {
                source = query["source"].ToString(), documentId = query["id"].ToString(), test = query["test"] == "yes",
            })
            : JsonConvert.SerializeObject(new { key = query["key"].ToString() });
    }
}
