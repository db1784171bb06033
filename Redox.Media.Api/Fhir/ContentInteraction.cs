using System.Globalization;
using Microsoft.Net.Http.Headers;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The file of a document, at an address that does not change. It is streamed as an attachment whose media type a browser does not
/// execute, whole or one range of it. Source: Canvas Medical's Media page (<c>content.url</c>); RFC 9110, section 14; RFC 9530; OWASP
/// ASVS 5, section 3.2.
/// </summary>
internal sealed class ContentInteraction(IDocumentStore store, ReadInteraction read, MinResponseDataRate minRate)
{
    /// <param name="version">Null for the current version.</param>
    public async Task RunAsync(FhirRequest request, string id, string? version)
    {
        var context = request.Context;
        if (await read.FindAsync(request, id, version, withContent: true) is not { } media)
        {
            return;
        }

        if (media.ContentLength is not { } length)
        {
            await FhirResponses.ProblemAsync(context, FhirProblem.NoContent);
            return;
        }

        var tag = $"\"{media.Version!.Value}\"";
        var headers = context.Response.Headers;
        headers.ETag = tag;
        headers.LastModified = ETags.LastModified(media);
        headers.AcceptRanges = "bytes";
        if (media.ContentSha256 is { } digest)
        {
            headers["Repr-Digest"] = $"sha-256=:{Convert.ToBase64String(digest)}:";
        }

        headers.CacheControl = "no-store";
        if (ETags.IsKnown(context.Request, media.Version.Value))
        {
            context.Response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        var (from, count) = (0L, length);
        if (Range(context.Request, length, tag) is { } range)
        {
            if (range.Count == 0)
            {
                headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes */{length}");
                await FhirResponses.ProblemAsync(context, FhirProblem.NoSuchRange);
                return;
            }

            (from, count) = range;
            context.Response.StatusCode = StatusCodes.Status206PartialContent;
            headers.ContentRange = string.Create(CultureInfo.InvariantCulture, $"bytes {from}-{from + count - 1}/{length}");
        }

        var (contentType, title) = FhirResources.Describe(media);
        context.Response.ContentType = FileTypes.Served(contentType);
        context.Response.ContentLength = count;
        headers.ContentDisposition = Attachment(title);
        if (HttpMethods.IsHead(context.Request.Method))
        {
            return;
        }

        if (media.Content is { } whole)
        {
            await context.Response.Body.WriteAsync(whole.Slice((int)from, (int)count), request.Aborted);
        }
        else
        {
            using var timeout = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
            await store.ReadContentAsync(
                request.Caller,
                media,
                from,
                count,
                async (slice, token) =>
                {
                    timeout.CancelAfter(minRate.MaxTimeFor(slice.Length));
                    await context.Response.Body.WriteAsync(slice, token);
                },
                timeout.Token);
        }
    }

    /// <summary>The requested range; null for the whole file, a count of 0 when the range lies beyond the end.</summary>
    private static (long From, long Count)? Range(HttpRequest request, long length, string tag)
    {
        // Ranges apply to GET only. The whole file is a permitted response to several ranges, and to a range whose condition fails.
        if (!HttpMethods.IsGet(request.Method)
            || !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header)
            || header.Unit != "bytes" || header.Ranges.Count != 1
            || (request.Headers.IfRange is { Count: > 0 } condition && condition != tag))
        {
            return null;
        }

        var range = header.Ranges.Single();
        var from = range.From ?? Math.Max(0, length - range.To!.Value);
        var to = range.From is null ? length - 1 : Math.Min(range.To ?? length - 1, length - 1);
        return (from, Math.Max(0, to - from + 1));
    }

    // A person typed the name: it must not become a path, a control character or a second header.
    private static string Attachment(string? title)
    {
        const int maxLength = 120;
        var name = new string([.. (title ?? "").Where(IsSafe)]).Trim(' ', '.');
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name.Length == 0 ? "content" : name[..Math.Min(maxLength, name.Length)]);
        return disposition.ToString();
    }

    // Format characters reverse the direction of the text: "gpj.exe" can look like "exe.jpg".
    private static bool IsSafe(char c) =>
        char.GetUnicodeCategory(c) is not (UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.Surrogate
            or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator)
        && c is not ('/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|');
}
