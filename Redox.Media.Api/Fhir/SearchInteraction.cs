using Redox.Media.Api.Configuration;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Api.Fhir;

/// <summary>search-type, by GET and by POST. Source: FHIR R4, http, "search"; Canvas Medical's documentation, pagination.</summary>
internal sealed class SearchInteraction(IDocumentStore store, RejectedDeliveries rejected, LastKnownGood<QuerySettings> query)
{
    /// <summary>Maximum length of a posted form. A search by names and identifiers needs far less.</summary>
    private const int MaxFormBytes = 64 * 1024;

    private static readonly FhirIssue NoTotal = FhirIssue.Malformed(
        IssueCodes.TooCostly, null,
        "There is no total of this search. Please name a patient, subject, encounter, identifier or _id, or a status or created that few "
        + "documents have, or ask without _summary=count, _count=0 and _total=accurate.");

    private static readonly FhirIssue TookTooLong = FhirIssue.Malformed(
        IssueCodes.TooCostly, null,
        "The search took longer than Query:StatementTimeout and was stopped. Please name a patient, subject, encounter, identifier or _id, "
        + "or fewer criteria and values.");

    private static readonly FhirIssue InvalidPage = FhirIssue.Malformed(
        IssueCodes.Value, null, "_page is not the next page of a search of this client; please search again.");

    public async Task RunAsync(FhirRequest request)
    {
        var (context, type) = (request.Context, request.Type);
        if (await ReadParametersAsync(request) is not { } pairs)
        {
            return;
        }

        if (pairs.Any(pair => pair.Key == ContentNegotiation.FormatParameter && !ContentNegotiation.TryUseFormat(context, pair.Value)))
        {
            await rejected.RejectAsync(request, FhirProblem.NotAcceptable);
            return;
        }

        PagePosition? after = null;
        if (pairs.FirstOrDefault(pair => pair.Key == PageCursor.Parameter).Value is { } cursor)
        {
            if (!PageCursor.TryRead(request.Client, type, cursor, out var text, out var position))
            {
                await RejectAsync(request, InvalidPage);
                return;
            }

            pairs = SearchQueryString.Parse(text);
            after = position;
        }

        var parsed = SearchParameters.Read(type, pairs, request.ServiceBase, PreferHeader.IsLenient(context.Request), query.Value.Limits);
        if (parsed.Search is null)
        {
            await RejectAsync(request, parsed.Issue!);
            return;
        }

        var search = parsed.Search with { VisibleSources = request.Client.Sees, After = after };
        await RespondAsync(request, search, SearchQueryString.Write(parsed.Used));
    }

    private async Task RespondAsync(FhirRequest request, FhirSearch search, string text)
    {
        var type = request.Type;
        var access = new AccessRequest(AuditAct.Search, text.Length == 0 ? type.ToString() : $"{type}?{text}")
        {
            PatientKeys = search.PatientKeys,
        };
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        timeout.CancelAfter(query.Value.Timeout);
        MediaPage? page;
        try
        {
            page = await store.SearchAsync(search, request.ToDelivery(access: access), timeout.Token);
        }
        catch (SearchTimeoutException)
        {
            await RejectAsync(request, TookTooLong);
            return;
        }

        if (page is null)
        {
            await RejectAsync(request, NoTotal);
            return;
        }

        var address = $"{request.ServiceBase}/{type}";
        var self = search.After is { } here ? Page(here) : text.Length == 0 ? address : $"{address}?{text}";
        var next = page.Next is { } position ? Page(position) : null;
        FhirResponses.Head(request.Context, StatusCodes.Status200OK);
        if (!HttpMethods.IsHead(request.Context.Request.Method))
        {
            var writer = new SearchsetWriter(type, request.Resources, page, self, next);
            await writer.WriteAsync(request.Context.Response.Body, store, request.Caller, timeout.Token);
        }

        string Page(PagePosition from) => $"{address}?{PageCursor.Parameter}={PageCursor.Write(request.Client, type, text, from)}";
    }

    /// <summary>The parameters of the query and of a posted form. Responds itself and returns null when the form cannot be read.</summary>
    private async Task<List<KeyValuePair<string, string>>?> ReadParametersAsync(FhirRequest fhirRequest)
    {
        var (context, request) = (fhirRequest.Context, fhirRequest.Context.Request);
        var pairs = SearchQueryString.Parse(request.QueryString.Value ?? "");
        if (!HttpMethods.IsPost(request.Method))
        {
            return pairs;
        }

        var mediaType = request.ContentType?.Split(';')[0].Trim();
        var isForm = "application/x-www-form-urlencoded".Equals(mediaType, StringComparison.OrdinalIgnoreCase);
        if ((request.ContentLength is > 0 && !isForm) || !ContentNegotiation.IsUncompressed(request))
        {
            FhirResponses.LeaveBodyUnread(context);
            var issue = FhirIssue.Malformed(
                IssueCodes.NotSupported, null, "A posted search is application/x-www-form-urlencoded, without a Content-Encoding.");
            await rejected.RejectAsync(fhirRequest, FhirProblem.WrongMediaType, issues: [issue]);
            return null;
        }

        var form = new byte[MaxFormBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(form, form.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxFormBytes)
        {
            context.Response.Headers.Connection = "close";
            await rejected.RejectAsync(fhirRequest, FhirProblem.TooLarge, Outcome.TooLarge, bodyBytes: length);
            return null;
        }

        pairs.AddRange(SearchQueryString.Parse(System.Text.Encoding.UTF8.GetString(form, 0, length)));
        return pairs;
    }

    private Task RejectAsync(FhirRequest request, FhirIssue issue) =>
        rejected.RejectAsync(request, FhirProblem.BadRequest, Outcome.QueryRefused, [issue]);
}
