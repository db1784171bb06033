using System.Globalization;
using System.Text;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages;

/// <summary>
/// The address of the page of a document. Any text is a DocumentID, so it is in the query, where every character can be. A text that is too
/// long for an address, or that is no Unicode text, is replaced by the key of its document.
/// </summary>
internal static class DocumentAddress
{
    /// <summary>The page for signing in has the address in its own, escaped once more, and a request line has at most 8 KiB.</summary>
    private const int MaxQueryChars = 1_500;

    public static string Of(string source, string documentId, bool isTest) => Of(PageAddresses.Documents, source, documentId, isTest);

    /// <param name="page">The address of the page without a query.</param>
    public static string Of(string page, string source, string documentId, bool isTest)
    {
        var query = QueryString.Create(
            [new("source", source), new("id", documentId), .. isTest ? new[] { KeyValuePair.Create("test", (string?)"yes") } : []]);
        return page + (query.Value!.Length <= MaxQueryChars && IsUnicode(source) && IsUnicode(documentId)
            ? query : QueryString.Create("key", TextOf(DocumentKey.Of(source, documentId, isTest))));
    }

    /// <summary>The document that the address of a request names; null if it names none.</summary>
    public static DocumentKey? KeyOf(HttpRequest request)
    {
        var query = request.Query;
        return query["id"] is [{ Length: > 0 } id]
            ? DocumentKey.Of(query["source"].ToString(), id, query["test"] == "yes")
            : query["key"] is [{ } key] && key.Split(':') is [var shard, var rest]
                && long.TryParse(shard, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number)
                && Guid.TryParseExact(rest, "D", out var guid)
                    ? new DocumentKey(number, guid) : null;
    }

    private static string TextOf(DocumentKey key) => string.Create(CultureInfo.InvariantCulture, $"{key.Shard}:{key.Key}");

    // A lone surrogate is read as U+FFFD; a U+FFFD of the text itself takes the key too.
    private static bool IsUnicode(string text) => !text.EnumerateRunes().Contains(Rune.ReplacementChar);
}
