namespace Redox.Media.Api.Hosting;

/// <summary>
/// Aborts the connection when a response fails after it has started, so that the client detects a truncated response. An exception before
/// that goes on to the exception handler.
/// </summary>
internal sealed partial class TruncatedResponseMiddleware(RequestDelegate next, ILogger<TruncatedResponseMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
        }
        catch (Exception exception) when (context.Response.HasStarted)
        {
            if (!context.RequestAborted.IsCancellationRequested)
            {
                LogAborted(logger, exception.GetType().Name);
            }

            context.Abort();
        }
    }

    [LoggerMessage(
        EventId = 1502,
        Level = LogLevel.Warning,
        Message = "A response failed after it had started ({Reason}); the connection was aborted")]
    private static partial void LogAborted(ILogger logger, string reason);
}
