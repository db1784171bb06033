using System.Globalization;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// create and conditional create. The body comes in by the same intake as a message of the engine's: the same budget and limits, its file
/// cut out of the stream. Source: FHIR R4, http, "create"; Canvas Medical's Media page.
/// </summary>
internal sealed class CreateInteraction(
    BodyReader reader, IntakeBudget budget, MediaCreator creator, IDocumentStore fhir, RejectedDeliveries refusals,
    IOptions<IntakeSettings> intake, LastKnownGood<FhirSettings> settings, TimeProvider time)
{
    public const string ConditionHeader = "If-None-Exist";

    private const string Name = "Media.create";

    private static readonly byte[] Null = [.. "null"u8];

    public async Task RunAsync(FhirRequest request)
    {
        var context = request.Context;
        if (!ContentNegotiation.TakesBody(context.Request))
        {
            FhirResponses.LeaveBodyUnread(context);
            await refusals.RefuseAsync(request, Name, FhirProblem.WrongMediaType);
            return;
        }

        FhirSearch? condition = null;
        if (context.Request.Headers[ConditionHeader] is { Count: > 0 } sent && !TryReadCondition(request, sent.ToString(), out condition, out var issue))
        {
            FhirResponses.LeaveBodyUnread(context);
            await refusals.RefuseAsync(request, Name, FhirProblem.BadRequest, [issue]);
            return;
        }

        if (context.Request.ContentLength > intake.Value.MaxBodyBytes)
        {
            await RefuseTooLargeAsync(request, context.Request.ContentLength.Value);
            return;
        }

        // Neither this nor the reading ends with the client's leaving: that would throw away what has come. It ends the body, and leaves a row.
        using var reservation = await budget.AcquireAsync(context.Request.ContentLength, intake.Value.MaxWait, CancellationToken.None);
        if (reservation is null)
        {
            FhirResponses.LeaveBodyUnread(context);
            await FhirResponses.ProblemAsync(context, FhirProblem.Busy);
            return;
        }

        var received = await reader.ReadAsync(context.Request.BodyReader, ContentProperty.Fhir, reservation, CancellationToken.None);
        using var body = received.Message;
        switch (received.Status)
        {
            case BodyReadStatus.TooLarge:
                await RefuseTooLargeAsync(request, intake.Value.MaxBodyBytes + 1);
                break;
            case BodyReadStatus.BudgetExhausted:
                FhirResponses.LeaveBodyUnread(context);
                await FhirResponses.ProblemAsync(context, FhirProblem.Busy);
                break;
            default:
                await CreateAsync(request, body!, condition);
                break;
        }
    }

    private async Task CreateAsync(FhirRequest request, ParsedMessage body, FhirSearch? condition)
    {
        var create = new FhirCreate
        {
            Caller = request.Caller,
            Source = request.Client.SourceId,
            SourceName = request.Client.Id,
            CorrelationId = request.CorrelationId,
            ServiceBase = request.ServiceBase,
            Arrival = time.GetUtcNow(), // when it is complete: a slow body would be dated before what others have seen meanwhile
            CanvasProfile = settings.Value.Profile == FhirProfile.Canvas,
            Condition = condition,
        };

        // From here on the client's leaving stops nothing: what has been received is brought to its outcome.
        switch (await creator.CreateAsync(body, create, CancellationToken.None))
        {
            case CreateResult.Created created:
                await AnswerAsync(request, StatusCodes.Status201Created, created.Media);
                break;
            case CreateResult.Exists existing:
                FoundMedia? found = null;
                await fhir.ReadAsync([existing.Media], (media, _) => { found = media; return default; }, request.Aborted);
                await AnswerAsync(request, StatusCodes.Status200OK, found! with { IsCurrent = true });
                break;
            case CreateResult.Several:
                await FhirResponses.ProblemAsync(request.Context, FhirProblem.SeveralMatches);
                break;
            case CreateResult.Refused refused:
                await FhirResponses.ProblemAsync(request.Context, Problem(refused.Issues), refused.Issues);
                break;
        }
    }

    // Malformed before refused: what is no legal Media cannot be held against a rule.
    private static FhirProblem Problem(IReadOnlyList<FhirIssue> issues) =>
        issues.Any(issue => issue.Code == IssueCodes.TooLong) ? FhirProblem.TooLarge
        : issues.Any(issue => issue.IsMalformed) ? FhirProblem.BadRequest
        : FhirProblem.BusinessRule;

    private static async Task AnswerAsync(FhirRequest request, int status, FoundMedia media)
    {
        var context = request.Context;
        var version = media.Version!.Value;
        context.Response.Headers.Location = request.Resources.VersionUrl(FhirResourceType.Media, media.Id, version);
        ETags.Add(context.Response, version);
        switch (PreferHeader.Return(context.Request))
        {
            case ReturnPreference.Minimal:
                context.Response.StatusCode = status;
                context.Response.ContentLength = 0;
                break;
            case ReturnPreference.Representation:
                await FhirResponses.WriteAsync(context, status, request.Resources.Write(FhirResourceType.Media, media));
                break;
            case ReturnPreference.OperationOutcome:
                await FhirResponses.DoneAsync(context, status, status == StatusCodes.Status201Created ? "Created" : "Nothing was created: it exists");
                break;
            default:
                await FhirResponses.WriteAsync(context, status, Null);
                break;
        }
    }

    private static bool TryReadCondition(FhirRequest request, string text, out FhirSearch? condition, out FhirIssue issue)
    {
        var parsed = SearchParameters.Read(FhirResourceType.Media, SearchQueryString.Parse(text.TrimStart('?')), request.ServiceBase, lenient: false);
        condition = parsed.Search is null ? null : parsed.Search with { VisibleSources = request.Client.Sees };
        issue = parsed.Issue
            ?? FhirIssue.Malformed(IssueCodes.Value, null, "If-None-Exist must name an identifier, a patient, subject or encounter, or an _id.");
        return condition?.HasSelectiveCriterion == true;
    }

    private Task RefuseTooLargeAsync(FhirRequest request, long bytes)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"The body may have {intake.Value.MaxBodyBytes} bytes.");
        request.Context.Response.Headers.Connection = "close";
        return refusals.RefuseAsync(request, Name, FhirProblem.TooLarge, [FhirIssue.Malformed(IssueCodes.TooLong, null, text)], bytes);
    }
}
