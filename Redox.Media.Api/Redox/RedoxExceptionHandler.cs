using Microsoft.AspNetCore.Diagnostics;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Redox;

/// <summary>
/// Answers what was thrown: 503 when the database cannot be had, 500 for a bug. Logs a bug by its type and stack and not by its
/// message: messages of libraries quote what they choked on.
/// </summary>
internal sealed partial class RedoxExceptionHandler(ILogger<RedoxExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        switch (exception)
        {
            case StoreUnavailableException unavailable:
                LogUnavailable(logger, unavailable.Message);
                await ErrorResponses.UnavailableAsync(httpContext, RejectReason.Database, "The archive cannot be reached just now.");
                return true;
            case OperationCanceledException when httpContext.RequestAborted.IsCancellationRequested:
                return true; // nobody is left to answer
            case BadHttpRequestException bad:
                httpContext.Response.Headers.Connection = "close";
                await ErrorResponses.BadRequestAsync(httpContext, "This is not a complete HTTP request.", bad.StatusCode);
                return true;
            default:
                LogBug(logger, exception.GetType().FullName ?? "?", exception.StackTrace ?? "");
                await ErrorResponses.InternalErrorAsync(httpContext);
                return true;
        }
    }

    [LoggerMessage(EventId = 1801, Level = LogLevel.Warning, Message = "Answered 503: {Reason}")]
    private static partial void LogUnavailable(ILogger logger, string reason);

    [LoggerMessage(EventId = 1802, Level = LogLevel.Error, Message = "Answered 500: {Exception}\n{Stack}")]
    private static partial void LogBug(ILogger logger, string exception, string stack);
}
