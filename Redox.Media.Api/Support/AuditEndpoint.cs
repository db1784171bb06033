using System.Text;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Api.Support;

/// <summary>Answers questions to the audit. Each answer is on record in the audit before its first byte is sent.</summary>
internal sealed class AuditEndpoint(IAuditSearch search, AccessAudit audit, LastKnownGood<FhirSettings> settings)
{
    public const string Address = "/support/api/audit", PostAddress = Address + "/_search";

    private const string Search = "AuditEvent?";

    /// <summary>Maximum length of a posted form in bytes.</summary>
    private const int MaxFormBytes = 64 * 1024;

    private const string TooCostly =
        "The question took too long. Please name a patient, a document or an agent, or a shorter time with date.";

    public async Task RunAsync(HttpContext context)
    {
        if (await ReadAsync(context) is not { } pairs)
        {
            await RefuseAsync(context, FhirProblem.TooLarge, IssueCodes.TooLong, "A form may have 64 KiB.");
            return;
        }

        if (AuditFormat.Of(context.Request, Value(pairs, ContentNegotiation.FormatParameter)) is not { } format)
        {
            await RefuseAsync(
                context, FhirProblem.NotAcceptable, IssueCodes.NotSupported,
                "Answers are application/fhir+json, application/fhir+ndjson or text/csv, by Accept or _format.");
            return;
        }

        var (key, after) = (PageCursor.Key(context.Request.Headers.Authorization.ToString(), Address), default(AuditPosition?));
        if (Value(pairs, PageCursor.Parameter) is { } cursor)
        {
            if (!PageCursor.TryRead(key, Search, cursor, out var text, out var at, out var id))
            {
                await RefuseAsync(
                    context, FhirProblem.BadRequest, IssueCodes.Value,
                    "_page is not the next page of a question that was asked with this token; please ask again.");
                return;
            }

            pairs = SearchQueryString.Parse(text);
            after = at == DateTimeOffset.MaxValue ? null : new AuditPosition(at, id);
        }

        pairs.RemoveAll(pair => pair.Key == ContentNegotiation.FormatParameter);
        await AnswerAsync(context, pairs, format, key, after);
    }

    /// <summary>One page of an answer, for the pages of the console.</summary>
    /// <param name="context">The request.</param>
    /// <param name="pairs">The parameters of the question.</param>
    /// <param name="after">Where the page begins; null for the first.</param>
    /// <param name="count">Stored events on it.</param>
    public async Task<AuditReading> ReadAsync(
        HttpContext context, List<KeyValuePair<string, string>> pairs, AuditPosition? after, int count)
    {
        var parameters = new AuditParameters(FhirRequest.BaseOf(context.Request, settings.Value));
        if (parameters.Read(pairs) is { } problem)
        {
            await RecordRefusalAsync(context, problem);
            return new AuditReading { Problem = problem };
        }

        try
        {
            var notes = await parameters.ResolveAsync(search, context.RequestAborted);
            var page = await search.FindAsync(parameters.Question, after, count, context.RequestAborted);
            await RecordAsync(context, parameters, SearchQueryString.Write(pairs));
            var reader = ReaderOf(context);
            var (records, hidden) =
                await new AuditExpansion(search, parameters.Question, reader).ExpandAsync(page.Events, context.RequestAborted);
            return new AuditReading
            {
                Notes = notes, Records = records, Hidden = hidden, Next = page.Next,
                IsWithheld = !reader.SeesPhi
                    && records.Any(one => one.Patient?.IsWithheld == true || one.Event.Access?.Criteria is not null),
            };
        }
        catch (SearchTimeoutException)
        {
            await RecordRefusalAsync(context, TooCostly);
            return new AuditReading { Problem = TooCostly };
        }
    }

    /// <summary>All of an answer, for a session of the console.</summary>
    public Task ExportAsync(HttpContext context, List<KeyValuePair<string, string>> pairs, AuditFormat format) =>
        AnswerAsync(context, pairs, format, key: [], after: null); // no page follows that would need the key

    /// <summary>Events as a reader may see them.</summary>
    public static Task<AuditRecords> ExpandAsync(
        HttpContext context, IAuditSearch search, IReadOnlyList<RecordedEvent> events, CancellationToken cancellation) =>
        new AuditExpansion(search, new AuditQuestion(), ReaderOf(context)).ExpandAsync(events, cancellation);

    private async Task AnswerAsync(
        HttpContext context, List<KeyValuePair<string, string>> pairs, AuditFormat format, byte[] key, AuditPosition? after)
    {
        var serviceBase = FhirRequest.BaseOf(context.Request, settings.Value);
        var parameters = new AuditParameters(serviceBase);
        if (parameters.Read(pairs) is { } problem)
        {
            await RefuseAsync(context, FhirProblem.BadRequest, IssueCodes.Value, problem);
            return;
        }

        var cancellation = context.RequestAborted;
        var text = SearchQueryString.Write(pairs);
        IReadOnlyList<string> notes;
        AuditPage page;
        try
        {
            notes = await parameters.ResolveAsync(search, cancellation);
            page = await FindAsync(after, format == AuditFormat.Bundle ? parameters.Count : AuditAnswer.ExportPage);
        }
        catch (SearchTimeoutException)
        {
            await RefuseAsync(context, FhirProblem.BadRequest, IssueCodes.TooCostly, TooCostly);
            return;
        }

        await RecordAsync(context, parameters, text);
        var answer = new AuditAnswer(
            context, new AuditExpansion(search, parameters.Question, ReaderOf(context)), new AuditEventWriter(serviceBase), notes);
        if (format == AuditFormat.Bundle)
        {
            await answer.WriteBundleAsync(page, Page(after ?? new(DateTimeOffset.MaxValue, default))!, Page(page.Next), cancellation);
        }
        else
        {
            await answer.WriteAllAsync(format, page, next => FindAsync(next, AuditAnswer.ExportPage), cancellation);
        }

        Task<AuditPage> FindAsync(AuditPosition? from, int count) => search.FindAsync(parameters.Question, from, count, cancellation);

        // A question names a patient: the addresses of its pages do not.
        string? Page(AuditPosition? from) => from is not { } position ? null
            : $"{serviceBase}{Address}?{PageCursor.Parameter}={PageCursor.Write(key, Search + text, position.RecordedAt, position.Id)}";
    }

    private static AuditReader ReaderOf(HttpContext context) =>
        new(context.HasAlso(StaffRoles.Audit, StaffRoles.Phi), context.GetStaff(StaffRoles.Audit)!.VisibleSources);

    private Task RecordAsync(HttpContext context, AuditParameters parameters, string text) => audit.RecordAsync(
        context,
        new AccessRequest(AuditAct.AuditSearch, Search + text) { PatientKeys = [.. parameters.Question.Patients?.Keys ?? []] },
        AuditOutcome.Success);

    private Task RecordRefusalAsync(HttpContext context, string text) => audit.RecordAsync(
        context, new AccessRequest(AuditAct.AuditSearch), AuditOutcome.Refused, row => row with { Detail = text });

    private async Task RefuseAsync(HttpContext context, FhirProblem problem, string code, string text)
    {
        await RecordRefusalAsync(context, text);
        await FhirResponses.ProblemAsync(context, problem, [FhirIssue.Malformed(code, null, text)]);
    }

    private static string? Value(List<KeyValuePair<string, string>> pairs, string name) =>
        pairs.Where(pair => pair.Key == name).Select(pair => pair.Value).FirstOrDefault();

    /// <summary>The parameters of the query and of a posted form; null when the form is too long.</summary>
    private static async Task<List<KeyValuePair<string, string>>?> ReadAsync(HttpContext context)
    {
        var pairs = SearchQueryString.Parse(context.Request.QueryString.Value ?? "");
        if (!HttpMethods.IsPost(context.Request.Method))
        {
            return pairs;
        }

        var form = new byte[MaxFormBytes + 1];
        var length = await context.Request.Body.ReadAtLeastAsync(form, form.Length, throwOnEndOfStream: false, context.RequestAborted);
        if (length > MaxFormBytes)
        {
            FhirResponses.LeaveBodyUnread(context);
            return null;
        }

        pairs.AddRange(SearchQueryString.Parse(Encoding.UTF8.GetString(form, 0, length)));
        return pairs;
    }
}

internal static class AuditRoutes
{
    public static void MapAudit(this IEndpointRouteBuilder routes)
    {
        var audit = routes.MapGroup("").RequireAuthorization(Policies.Audit).WithTags("Audit")
            .WithMetadata(new AuditedEndpoint(AuditAct.AuditSearch, StaffRoles.Audit));
        audit.MapGet(AuditEndpoint.Address, (HttpContext context, AuditEndpoint endpoint) => endpoint.RunAsync(context))
            .Describe(AuditOpenApi.DescribeSearch);
        audit.MapPost(AuditEndpoint.PostAddress, (HttpContext context, AuditEndpoint endpoint) => endpoint.RunAsync(context))
            .Describe(AuditOpenApi.DescribePostedSearch);
    }
}
