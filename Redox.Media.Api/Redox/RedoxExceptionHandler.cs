using Microsoft.AspNetCore.Diagnostics;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Redox;

/// <summary>
/// Turns an exception into a response in Redox's shape: 503 when the database is unavailable, 500 for a bug. Logs a bug by its type and
/// stack and not by its message, because messages of libraries quote the values that they failed on.
/// </summary>
internal sealed partial class RedoxExceptionHandler(ILogger<RedoxExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case StoreUnavailableException unavailable:
                LogUnavailable(logger, unavailable.Message);
                await ErrorResponses.UnavailableAsync(
                    httpContext, RejectReason.StoreUnavailable, "The database is temporarily unavailable.", unavailable.IsKnownUnchanged);
                break;
            case ClientLimitException:
                await ErrorResponses.TooManyRequestsAsync(
                    httpContext, "Too many queries of this client are in flight; please send fewer at a time.", TimeSpan.FromSeconds(1));
                break;
            case SearchTimeoutException:
                await ErrorResponses.UnavailableAsync(
                    httpContext, RejectReason.Timeout, "The query took longer than Query:StatementTimeout and was stopped.");
                break;
            case OutOfMemoryException:
                LogNoMemory(logger, exception.StackTrace ?? "");
                PooledBytes.ReleaseIdle();
                await ErrorResponses.UnavailableAsync(
                    httpContext, RejectReason.Overloaded, "There is not enough memory.", isKnownUnchanged: false);
                break;
            case BadHttpRequestException bad:
                httpContext.Response.Headers.Connection = "close";
                await ErrorResponses.BadRequestAsync(httpContext, "This is not a complete HTTP request.", bad.StatusCode);
                break;
            case IntegrityException: // the store has logged it
                await ErrorResponses.DamagedAsync(httpContext);
                break;
            default:
                LogBug(logger, exception.GetType().FullName ?? "?", exception.StackTrace ?? "");
                await ErrorResponses.InternalErrorAsync(httpContext);
                break;
        }

        return true;
    }

    [LoggerMessage(EventId = 1801, Level = LogLevel.Warning, Message = "Responded 503: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(EventId = 1803, Level = LogLevel.Error, Message = "Responded 503: out of memory\n{Stack}")]
    private static partial void LogNoMemory(ILogger logger, string stack);

    [LoggerMessage(EventId = 1802, Level = LogLevel.Error, Message = "Responded 500: {Exception}\n{Stack}")]
    private static partial void LogBug(ILogger logger, string exception, string stack);
}
