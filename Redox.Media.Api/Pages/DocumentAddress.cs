namespace Redox.Media.Api.Pages;

/// <summary>The address of the page of a document. Any text is a DocumentID, so it is in the query, where every character can be.</summary>
internal static class DocumentAddress
{
    public static string Of(string source, string documentId, bool isTest) =>
        PageAddresses.Documents + QueryString.Create(
            [new("source", source), new("id", documentId), .. isTest ? new[] { KeyValuePair.Create("test", (string?)"yes") } : []]);
}
