using System.Globalization;
using Microsoft.Net.Http.Headers;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The file of a document, under an address that stays. It goes out slice by slice, as an attachment of a type that runs nothing,
/// whole or one range of it. Source: Canvas Medical's Media page (<c>content.url</c>); RFC 9110, section 14; RFC 9530; OWASP ASVS 5, section 3.2.
/// </summary>
internal sealed class ContentInteraction(IDocumentStore store, ReadInteraction read, MinResponseDataRate pace)
{
    public async Task RunAsync(FhirRequest request, FhirResourceType type, string id, string? version)
    {
        var context = request.Context;
        if (await read.FindAsync(request, type, $"{type}.content", id, version, withContent: true) is not { } media)
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
        headers.LastModified = media.Version.Value.Arrival.UtcDateTime.ToString("R", CultureInfo.InvariantCulture);
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

        var (contentType, title) = request.Resources.Describe(media);
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
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
            await store.ReadContentAsync(
                media,
                from,
                count,
                async (slice, token) =>
                {
                    patience.CancelAfter(pace.MaxTimeFor(slice.Length));
                    await context.Response.Body.WriteAsync(slice, token);
                },
                patience.Token);
        }
    }

    /// <summary>The range asked for; null for the whole file, none of it (a count of 0) when it lies beyond the end.</summary>
    private static (long From, long Count)? Range(HttpRequest request, long length, string tag)
    {
        // A range counts for GET alone. Several may be answered by the whole; so may one whose condition is not met.
        if (!HttpMethods.IsGet(request.Method)
            || !RangeHeaderValue.TryParse(request.Headers.Range.ToString(), out var header) || header.Unit != "bytes" || header.Ranges.Count != 1
            || (request.Headers.IfRange is { Count: > 0 } condition && condition != tag))
        {
            return null;
        }

        var range = header.Ranges.Single();
        var from = range.From ?? Math.Max(0, length - range.To!.Value);
        var to = range.From is null ? length - 1 : Math.Min(range.To ?? length - 1, length - 1);
        return (from, Math.Max(0, to - from + 1));
    }

    // The name is what a person typed: nothing of it may be a path, a control character or a second header.
    private static string Attachment(string? title)
    {
        const int longest = 120;
        var name = new string([.. (title ?? "").Where(c => !char.IsControl(c) && !char.IsSurrogate(c) && c is not ('/' or '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|'))]).Trim(' ', '.');
        var disposition = new ContentDispositionHeaderValue("attachment");
        disposition.SetHttpFileName(name.Length == 0 ? "content" : name[..Math.Min(longest, name.Length)]);
        return disposition.ToString();
    }
}
