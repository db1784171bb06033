using Redox.Media.Api.Configuration;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// The way in: who asks, may they, can they read our answer; then the interaction. Whatever happens behind it is answered with an
/// OperationOutcome and the correlation id. Nothing of a body is read before its sender is known.
/// </summary>
internal sealed partial class FhirDoor(
    TokenStore tokens, RequestRates rates, RejectedDeliveries refusals,
    CreateInteraction create, ReadInteraction read, SearchInteraction search, ContentInteraction content, TimeProvider time,
    LastKnownGood<FhirSettings> settings, MediaMetrics meter, ILogger<FhirDoor> logger)
{
    public async Task PassAsync(HttpContext context, string typeName, string[] segments)
    {
        var arrival = time.GetUtcNow();
        var correlationId = FhirRequest.CorrelationOf(context.Request);
        context.Response.Headers[FhirRequest.CorrelationHeader] = correlationId;
        var client = "-";
        try
        {
            if (ClientAuthentication.Find(context.Request, tokens) is not { } app)
            {
                await ChallengeAsync(context);
                return;
            }

            client = app.Id;
            if (!rates.TryPass(app, out var wait))
            {
                FhirResponses.LeaveBodyUnread(context);
                FhirResponses.RetryAfter(context, wait);
                await FhirResponses.ProblemAsync(context, FhirProblem.TooOften);
                return;
            }

            var request = new FhirRequest
            {
                Context = context,
                Client = app,
                CorrelationId = correlationId,
                Arrival = arrival,
                ServiceBase = FhirRequest.BaseOf(context.Request, settings.Value),
            };
            await DispatchAsync(request, typeName, segments);
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            if (!context.Response.HasStarted)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest; // for the log: nobody is left to answer
            }
        }
        catch (Exception exception)
        {
            await FailAsync(context, correlationId, exception);
        }
        finally
        {
            var (address, duration) = (FhirRoutes.Pattern(typeName, segments), time.GetUtcNow() - arrival);
            meter.Asked(address, context.Response.StatusCode, duration);
            LogRequest(
                logger, LogSafeId.Of(correlationId), client, context.Request.Method, address, context.Response.StatusCode, duration.TotalMilliseconds);
        }
    }

    private async Task DispatchAsync(FhirRequest request, string typeName, string[] segments)
    {
        var context = request.Context;
        if (typeName == CapabilityEndpoint.Name && segments.Length == 0)
        {
            context.Response.Headers.Allow = string.Join(", ", CapabilityEndpoint.Methods);
            await RefuseAsync(request, "FHIR.unknown", FhirProblem.WrongVerb);
            return;
        }

        if (!Enum.TryParse<FhirResourceType>(typeName, out var type) || type.ToString() != typeName)
        {
            await RefuseAsync(request, "FHIR.unknown", TypeName.Is(typeName) ? FhirProblem.UnknownType : FhirProblem.UnknownAddress);
            return;
        }

        if (FhirRoutes.Find(type, segments) is not { } address)
        {
            await RefuseAsync(request, $"{type}.unknown", FhirProblem.UnknownAddress);
            return;
        }

        if (address.Find(context.Request.Method) is not { } interaction)
        {
            context.Response.Headers.Allow = string.Join(", ", address.Methods);
            await RefuseAsync(request, $"{type}.unknown", FhirProblem.WrongVerb);
            return;
        }

        var needs = interaction.NeedsOf(context.Request);
        if (!SmartScopes.For(type, request.Client.Scopes).HasFlag(needs))
        {
            context.Response.Headers.WWWAuthenticate =
                $"Bearer realm=\"fhir\", error=\"insufficient_scope\", scope=\"system/{type}.{SmartScopes.Letters(needs)}\"";
            await RefuseAsync(request, interaction.NameFor(type), FhirProblem.Forbidden);
            return;
        }

        if (interaction.Kind != InteractionKind.Content && !ContentNegotiation.TakesAnswer(context.Request))
        {
            await RefuseAsync(request, interaction.NameFor(type), FhirProblem.NotAcceptable);
            return;
        }

        await (interaction.Kind switch
        {
            InteractionKind.Create => create.RunAsync(request),
            InteractionKind.Search => search.RunAsync(request, type),
            InteractionKind.Content => content.RunAsync(request, type, address.Id!, address.Version),
            _ => read.RunAsync(request, type, address.Id!, address.Version),
        });
    }

    private Task RefuseAsync(FhirRequest request, string interaction, FhirProblem problem)
    {
        FhirResponses.LeaveBodyUnread(request.Context);
        return refusals.RefuseAsync(request, interaction, problem);
    }

    // Source: RFC 6750, section 3: no error is named to who showed nothing.
    private static Task ChallengeAsync(HttpContext context)
    {
        context.Response.Headers.WWWAuthenticate = context.Request.Headers.Authorization.Count == 0
            ? "Bearer realm=\"fhir\""
            : "Bearer realm=\"fhir\", error=\"invalid_token\"";
        FhirResponses.LeaveBodyUnread(context);
        return FhirResponses.ProblemAsync(context, FhirProblem.Unauthenticated);
    }

    private Task FailAsync(HttpContext context, string correlationId, Exception exception)
    {
        if (context.Response.HasStarted)
        {
            // Half an answer must not look whole: without its end it does not.
            LogBrokenAnswer(logger, exception.GetType().Name);
            context.Abort();
            return Task.CompletedTask;
        }

        switch (exception)
        {
            case StoreUnavailableException unavailable:
                LogUnavailable(logger, unavailable.Message);
                return FhirResponses.ProblemAsync(context, FhirProblem.NoStore);
            case OperationCanceledException:
                return FhirResponses.ProblemAsync(context, FhirProblem.Late);
            case BadHttpRequestException:
                context.Response.Headers.Connection = "close";
                return FhirResponses.ProblemAsync(context, FhirProblem.BadRequest);
            default:
                LogBug(logger, exception.GetType().FullName ?? "?", exception.StackTrace ?? "");
                return FhirResponses.ProblemAsync(context, FhirProblem.Bug, [FhirProblem.AskWith(correlationId)]);
        }
    }

    [LoggerMessage(EventId = 1501, Level = LogLevel.Information, Message = "FHIR request {CorrelationId} from client {Client}: {Method} {Address} answered {Status}, {Milliseconds:0.0} ms")]
    private static partial void LogRequest(
        ILogger logger, string correlationId, string client, string method, string address, int status, double milliseconds);

    [LoggerMessage(EventId = 1502, Level = LogLevel.Warning, Message = "An answer of the FHIR door broke off ({Reason}); its connection was ended")]
    private static partial void LogBrokenAnswer(ILogger logger, string reason);

    [LoggerMessage(EventId = 1503, Level = LogLevel.Warning, Message = "Answered 503: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(EventId = 1504, Level = LogLevel.Error, Message = "Answered 500: {Exception}\n{Stack}")]
    private static partial void LogBug(ILogger logger, string exception, string stack);
}
