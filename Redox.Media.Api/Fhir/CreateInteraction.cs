using System.Globalization;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Fhir.Validation;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Uploads;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// create and conditional create. The body comes in by the same intake as a message of the engine's: the same budget and limits, its file
/// cut out of the stream. Source: FHIR R4, http, "create"; Canvas Medical's Media page.
/// </summary>
internal sealed class CreateInteraction(
    RequestBodyReader bodies, FhirMediaValidator validator, DeliveryService deliveries, UploadResolver uploads, IDocumentStore fhir,
    RejectedDeliveries rejected, LastKnownGood<FhirSettings> settings, LastKnownGood<QuerySettings> query, TimeProvider time)
{
    public const string ConditionHeader = "If-None-Exist";

    private static readonly FhirIssue UnusableUpload =
        FhirIssue.Malformed(IssueCodes.Value, "Media.content.url", $"Media.content.url {UploadResolver.Unusable}");

    private static readonly byte[] Null = [.. "null"u8];

    public async Task RunAsync(FhirRequest request)
    {
        var context = request.Context;
        if (!ContentNegotiation.TakesBody(context.Request))
        {
            FhirResponses.LeaveBodyUnread(context);
            await rejected.RejectAsync(request, FhirProblem.WrongMediaType);
            return;
        }

        FhirSearch? condition = null;
        if (request.Condition is { } sent && !TryReadCondition(request, sent, out condition, out var issue))
        {
            FhirResponses.LeaveBodyUnread(context);
            await rejected.RejectAsync(request, FhirProblem.BadRequest, issues: [issue]);
            return;
        }

        using var body = await bodies.ReadAsync(context.Request, ContentProperty.Fhir, request.Caller);
        switch (body.Status)
        {
            case BodyReadStatus.TooLarge:
                await RejectTooLargeAsync(request, body.Length);
                break;
            case BodyReadStatus.BudgetExhausted:
                FhirResponses.LeaveBodyUnread(context);
                await FhirResponses.ProblemAsync(context, FhirProblem.Overloaded);
                break;
            default:
                await CreateAsync(request, body.Message!, condition);
                break;
        }
    }

    private async Task CreateAsync(FhirRequest request, ParsedMessage body, FhirSearch? condition)
    {
        using var upload = UploadReference.OfResource(body) is { } reference
            ? await uploads.ResolveAsync(body, reference, ContentProperty.Fhir, (Caller.Client)request.Caller, CancellationToken.None)
            : null;
        switch (upload?.State)
        {
            case ResolvedUploadState.Overloaded:
                await FhirResponses.ProblemAsync(request.Context, FhirProblem.Overloaded);
                return;
            case ResolvedUploadState.Unusable:
                await rejected.RejectAsync(request, FhirProblem.BadRequest, issues: [UnusableUpload], bodyBytes: body.BodyLength);
                return;
        }

        var validated = Validate(request, upload?.Message ?? body, condition);
        var result = await deliveries.ProcessAsync(upload is null ? validated.Message : validated.Message with
        {
            Upload = upload.Message is null ? null : upload.Claim,
            Repeats = upload.Claimed,
            Delivery = upload.Claimed is null
                ? validated.Message.Delivery : validated.Message.Delivery with { DocumentId = null, Document = null },
        });
        using var activity = DeliveryActivity.Start("respond");
        activity?.SetTag("redox.media.outcome", result.Outcome.Name());
        var row = OutcomeTable.Of(result.Outcome);
        if (row.FhirCode is not null)
        {
            await FhirResponses.ProblemAsync(request.Context, FhirProblem.Of(row), validated.Issues);
        }
        else if (result.Existing is { } existing)
        {
            FoundMedia? found = null;
            await fhir.ReadAsync(request.Caller, [existing], (media, _) => { found = media; return default; }, request.Aborted);
            await AnswerAsync(request, row.FhirStatus!.Value, found! with { IsCurrent = true });
        }
        else
        {
            await AnswerAsync(request, row.FhirStatus!.Value, validated.Media! with { LastUpdated = result.LastUpdated });
        }
    }

    private ValidatedMedia Validate(FhirRequest request, ParsedMessage body, FhirSearch? condition)
    {
        using var activity = DeliveryActivity.Start("validate");
        request.Timer.EndReceive();
        var validated = validator.Validate(body, new FhirCreate
        {
            Caller = request.Caller,
            Source = request.Client.SourceId,
            SourceName = request.Client.Id,
            CorrelationId = request.CorrelationId,
            ServiceBase = request.ServiceBase,
            Arrival = time.GetUtcNow(), // when it is complete: a slow body must not be dated before what others have seen meanwhile
            CanvasProfile = settings.Value.Profile == FhirProfile.Canvas,
            Condition = condition,
            Access = condition is null ? null : request.Access! with { PatientKeys = condition.PatientKeys },
            Timer = request.Timer,
        });
        request.Timer.EndValidate();
        return validated;
    }

    private static async Task AnswerAsync(FhirRequest request, int status, FoundMedia media)
    {
        var context = request.Context;
        var version = media.Version!.Value;
        context.Response.Headers.Location = request.Resources.VersionUrl(FhirResourceType.Media, media.Id, version);
        ETags.Add(context.Response, media);
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
                await FhirResponses.DoneAsync(context, status, status == StatusCodes.Status201Created
                    ? "Created" : "Nothing was created: it exists");
                break;
            default:
                await FhirResponses.WriteAsync(context, status, Null);
                break;
        }
    }

    private bool TryReadCondition(FhirRequest request, string text, out FhirSearch? condition, out FhirIssue issue)
    {
        var parsed =
            SearchParameters.Read(
            FhirResourceType.Media, SearchQueryString.Parse(text.TrimStart('?')), request.ServiceBase, lenient: false, query.Value.Limits);
        // A document of another source does not make the client's own one superfluous, and its existence is not the client's business.
        condition = parsed.Search is null ? null : parsed.Search with { VisibleSources = [request.Client.SourceId] };
        issue = parsed.Issue
            ?? FhirIssue.Malformed(
                IssueCodes.Value, null, "If-None-Exist must name an identifier, a patient, subject or encounter, or an _id.");
        return condition?.HasSelectiveCriterion == true;
    }

    private Task RejectTooLargeAsync(FhirRequest request, long bytes)
    {
        var text = string.Create(CultureInfo.InvariantCulture, $"The body may have {bodies.MaxBodyBytes} bytes.");
        request.Context.Response.Headers.Connection = "close";
        var issue = FhirIssue.Malformed(IssueCodes.TooLong, null, text);
        return rejected.RejectAsync(request, FhirProblem.TooLarge, Outcome.TooLarge, [issue], bytes);
    }
}
