using Microsoft.AspNetCore.Diagnostics;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages;

/// <summary>Turns an exception of a page into a page. Logs a bug as <see cref="Redox.RedoxExceptionHandler"/> does.</summary>
internal sealed partial class PageExceptionHandler(ILogger<PageExceptionHandler> logger) : IExceptionHandler
{
    public async ValueTask<bool> TryHandleAsync(HttpContext httpContext, Exception exception, CancellationToken cancellationToken)
    {
        if (httpContext.GetEndpoint()?.Metadata.GetMetadata<PageMetadata>() is null)
        {
            return false;
        }

        SecurityHeaders.Set(httpContext);
        var (status, title, text) = exception switch
        {
            StoreUnavailableException => (StatusCodes.Status503ServiceUnavailable, "The database cannot be reached",
                "Deliveries are answered 503 meanwhile, and Redox sends them again. Reload this page in a few seconds."),
            SearchTimeoutException => (StatusCodes.Status503ServiceUnavailable, "The search took too long",
                "It was stopped. Search a shorter time, or add a source or an outcome."),
            BadHttpRequestException bad => (bad.StatusCode, "The request is not complete", "Nothing was done. Go back and try again."),
            IntegrityException => (StatusCodes.Status500InternalServerError, "Stored bytes are damaged",
                "They are not those that were received and are not shown. The operator has been alerted."),
            _ => (StatusCodes.Status500InternalServerError, "Something went wrong here",
                "It is in the log of the service. Nothing more is known about it; try once more."),
        };
        if (exception is StoreUnavailableException or SearchTimeoutException)
        {
            httpContext.Response.Headers.RetryAfter = "5";
        }
        else if (status == StatusCodes.Status500InternalServerError && exception is not IntegrityException)
        {
            LogBug(logger, exception.GetType().FullName ?? "?", exception.StackTrace ?? "");
        }

        await PlainPage.WriteAsync(httpContext, status, title, text);
        return true;
    }

    [LoggerMessage(EventId = 1804, Level = LogLevel.Error, Message = "Responded 500 at a page: {Exception}\n{Stack}")]
    private static partial void LogBug(ILogger logger, string exception, string stack);
}
