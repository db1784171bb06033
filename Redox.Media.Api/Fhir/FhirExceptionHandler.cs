using Microsoft.AspNetCore.Diagnostics;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Turns an exception of a FHIR endpoint into an OperationOutcome with the correlation ID. Logs a bug by its type and stack and not by
/// its message, because messages of libraries quote the values that they failed on.
/// </summary>
internal sealed partial class FhirExceptionHandler(ILogger<FhirExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.Features.Get<FhirRequest>() is not { } request
            || (SystemInteraction.Is(request) && httpContext.GetCaller() is Caller.Engine))
        {
            return false;
        }

        // The exception handler middleware has cleared the headers.
        SecurityHeaders.Set(httpContext.Response.Headers);
        httpContext.Response.Headers[FhirRequest.CorrelationHeader] = request.CorrelationId;
        switch (exception)
        {
            case StoreUnavailableException unavailable:
                LogUnavailable(logger, unavailable.Message);
                await FhirResponses.ProblemAsync(
                    httpContext,
                    FhirProblem.StoreUnavailable,
                    request.IsCreate && !unavailable.IsKnownUnchanged ? [FhirProblem.RepeatHint(request.CorrelationId)] : null);
                break;
            case ClientLimitException:
                FhirResponses.RetryAfter(httpContext, TimeSpan.FromSeconds(1));
                await FhirResponses.ProblemAsync(httpContext, FhirProblem.TooManyInFlight);
                break;
            case OperationCanceledException or SearchTimeoutException:
                await FhirResponses.ProblemAsync(httpContext, FhirProblem.Timeout);
                break;
            case OutOfMemoryException:
                LogNoMemory(logger, exception.StackTrace ?? "");
                PooledBytes.ReleaseIdle();
                await FhirResponses.ProblemAsync(httpContext, FhirProblem.Overloaded);
                break;
            case BadHttpRequestException:
                httpContext.Response.Headers.Connection = "close";
                await FhirResponses.ProblemAsync(httpContext, FhirProblem.BadRequest);
                break;
            case IntegrityException: // the store has logged it
                await FhirResponses.ProblemAsync(httpContext, FhirProblem.Damaged, [FhirProblem.SupportHint(request.CorrelationId)]);
                break;
            default:
                LogBug(logger, exception.GetType().FullName ?? "?", exception.StackTrace ?? "");
                await FhirResponses.ProblemAsync(httpContext, FhirProblem.InternalError, [FhirProblem.SupportHint(request.CorrelationId)]);
                break;
        }

        return true;
    }

    [LoggerMessage(EventId = 1503, Level = LogLevel.Warning, Message = "Responded 503: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(EventId = 1505, Level = LogLevel.Error, Message = "Responded 503: out of memory\n{Stack}")]
    private static partial void LogNoMemory(ILogger logger, string stack);

    [LoggerMessage(EventId = 1504, Level = LogLevel.Error, Message = "Responded 500: {Exception}\n{Stack}")]
    private static partial void LogBug(ILogger logger, string exception, string stack);
}
