using Redox.Media.Api.Configuration;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Api.Fhir;

/// <summary>search-type, by GET and by POST. Source: FHIR R4, http, "search"; Canvas Medical's documentation, pagination.</summary>
internal sealed class SearchInteraction(IDocumentStore store, RejectedDeliveries refusals, LastKnownGood<QuerySettings> query)
{
    /// <summary>More than any search of names and identifiers needs.</summary>
    private const int MaxFormBytes = 64 * 1024;

    private static readonly FhirIssue NoTotal = FhirIssue.Malformed(
        IssueCodes.TooCostly, null,
        "There is no total of this search. Please name a patient, subject, encounter, identifier or _id, or a status or created that few documents have, or ask without _summary=count, _count=0 and _total=accurate.");

    public async Task RunAsync(FhirRequest request, FhirResourceType type)
    {
        var context = request.Context;
        if (await ReadParametersAsync(request, type) is not { } pairs)
        {
            return;
        }

        if (pairs.Any(pair => pair.Key == ContentNegotiation.FormatParameter && !ContentNegotiation.TakesFormat(context, pair.Value)))
        {
            await refusals.RefuseAsync(request, NameFor(type), FhirProblem.NotAcceptable);
            return;
        }

        PagePosition? after = null;
        if (pairs.FirstOrDefault(pair => pair.Key == PageCursor.Parameter).Value is { } cursor)
        {
            if (!PageCursor.TryRead(request.Client, type, cursor, out var text, out var position))
            {
                await RefuseAsync(request, type, FhirIssue.Malformed(IssueCodes.Value, null, "_page is not the next page of a search of yours; please search again."));
                return;
            }

            pairs = SearchQueryString.Parse(text);
            after = position;
        }

        var parsed = SearchParameters.Read(type, pairs, request.ServiceBase, PreferHeader.IsLenient(context.Request));
        if (parsed.Search is null)
        {
            await RefuseAsync(request, type, parsed.Issue!);
            return;
        }

        await AnswerAsync(request, type, parsed.Search with { VisibleSources = request.Client.Sees, After = after }, SearchQueryString.Write(parsed.Used));
    }

    private async Task AnswerAsync(FhirRequest request, FhirResourceType type, FhirSearch search, string text)
    {
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(request.Aborted);
        patience.CancelAfter(query.Value.Timeout);
        if (await store.SearchAsync(search, request.Asks(NameFor(type)), patience.Token) is not { } page)
        {
            await RefuseAsync(request, type, NoTotal);
            return;
        }

        var address = $"{request.ServiceBase}/{type}";
        var self = search.After is { } here ? Page(here) : text.Length == 0 ? address : $"{address}?{text}";
        var next = page.Next is { } position ? Page(position) : null;
        FhirResponses.Head(request.Context, StatusCodes.Status200OK);
        if (!HttpMethods.IsHead(request.Context.Request.Method))
        {
            var answer = new SearchsetWriter(type, request.Resources, page, self, next);
            await answer.WriteAsync(request.Context.Response.Body, store, patience.Token);
        }

        string Page(PagePosition from) => $"{address}?{PageCursor.Parameter}={PageCursor.Write(request.Client, type, text, from)}";
    }

    /// <summary>Those of the address, and those of a posted form; null when the form cannot be had, which is then answered.</summary>
    private async Task<List<KeyValuePair<string, string>>?> ReadParametersAsync(FhirRequest fhirRequest, FhirResourceType type)
    {
        var (context, request) = (fhirRequest.Context, fhirRequest.Context.Request);
        var pairs = SearchQueryString.Parse(request.QueryString.Value ?? "");
        if (!HttpMethods.IsPost(request.Method))
        {
            return pairs;
        }

        var isForm = request.ContentLength is not > 0
            || request.ContentType?.Split(';')[0].Trim().Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase) == true;
        if (!isForm || !ContentNegotiation.IsPlain(request))
        {
            FhirResponses.LeaveBodyUnread(context);
            await refusals.RefuseAsync(
                fhirRequest, NameFor(type), FhirProblem.WrongMediaType, [FhirIssue.Malformed(IssueCodes.NotSupported, null, "A posted search is application/x-www-form-urlencoded, without a Content-Encoding.")]);
            return null;
        }

        var form = new byte[MaxFormBytes + 1];
        var length = await request.Body.ReadAtLeastAsync(form, form.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxFormBytes)
        {
            context.Response.Headers.Connection = "close";
            await refusals.RefuseAsync(fhirRequest, NameFor(type), FhirProblem.TooLarge, bodyBytes: length);
            return null;
        }

        pairs.AddRange(SearchQueryString.Parse(System.Text.Encoding.UTF8.GetString(form, 0, length)));
        return pairs;
    }

    private Task RefuseAsync(FhirRequest request, FhirResourceType type, FhirIssue issue) =>
        refusals.RefuseAsync(request, NameFor(type), FhirProblem.BadRequest, [issue]);

    private static string NameFor(FhirResourceType type) => FhirRoutes.Search.NameFor(type);
}
