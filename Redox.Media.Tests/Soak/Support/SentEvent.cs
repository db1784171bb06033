using System.Globalization;
using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>
/// One event as a hospital has it: what it says, and the bytes of its file, which are made anew from their seed when they are needed.
/// </summary>
internal sealed record SentEvent(
    string Kind, string Source, string Document, string? Original, DateTimeOffset Time, string LogId, int ContentSeed, int ContentLength)
{
    private string? _hash;

    /// <summary>SHA-256 of the file, hexadecimal; empty for a Delete.</summary>
    public string ContentHash => _hash ??= Kind == "Delete" ? "" : Hash(Content());

    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>The delivery as Redox makes it: each try has an attempt ID of its own.</summary>
    public ByteArrayContent ToBody()
    {
        var text = new StringBuilder(ContentLength * 4 / 3 + 1024)
            .Append(CultureInfo.InvariantCulture, $$"""
                {"Meta":{"DataModel":"Media","EventType":"{{Kind}}","EventDateTime":"{{Time:yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'}}","Test":false,
                "Source":{"ID":"{{Source}}","Name":"Lakeside Clinic EHR"},"Destinations":[{"ID":"c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02"}],
                "Logs":[{"ID":"{{LogId}}","AttemptID":"{{Guid.NewGuid()}}"}],"FacilityCode":null},
                "Patient":{"Identifiers":[{"ID":"PT-{{Source[..8]}}","IDType":"MR"}]},"Visit":{"VisitNumber":"V-1"},
                "Media":{"FileType":"BIN","FileName":"scan","DocumentType":"Scan","DocumentID":"{{Document}}","Availability":"Available",
                "Provider":{"ID":"1999999992","IDType":"NPI"}
                """);
        if (Original is not null)
        {
            text.Append(CultureInfo.InvariantCulture, $",\"OriginalDocumentID\":\"{Original}\"");
        }

        if (Kind != "Delete")
        {
            text.Append(",\"FileContents\":\"").Append(Convert.ToBase64String(Content())).Append('"');
        }

        return new ByteArrayContent(Encoding.UTF8.GetBytes(text.Append("}}").ToString()))
        {
            Headers = { ContentType = new MediaTypeHeaderValue("application/json") },
        };
    }

    public byte[] Content()
    {
        var bytes = new byte[ContentLength];
        new Random(ContentSeed).NextBytes(bytes);
        return bytes;
    }
}
