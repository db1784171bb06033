using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Hosting;

/// <summary>Creates and runs the host.</summary>
internal static partial class ServiceHost
{
    private static bool _hasNoWatcher;

    public static WebApplicationBuilder CreateBuilder(string[] args)
    {
        // The settings are next to the program, whatever the working directory is.
        var contentRoot = Environment.GetEnvironmentVariable("ASPNETCORE_CONTENTROOT") ?? AppContext.BaseDirectory;
        SettingsFiles.UsePollingForLinks(contentRoot);
        var options = new WebApplicationOptions { Args = args, ContentRootPath = contentRoot };
        try
        {
            return WebApplication.CreateBuilder(options);
        }
        catch (IOException) when (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(SettingsFiles.PollingVariable)))
        {
            // All inotify instances of the user are taken, often by other programs: fs.inotify.max_user_instances is 128 by default.
            Environment.SetEnvironmentVariable(SettingsFiles.PollingVariable, "1");
            _hasNoWatcher = true;
            return WebApplication.CreateBuilder(options);
        }
    }

    /// <summary>Runs the service until it is stopped. Throws what has prevented its start or has ended it.</summary>
    public static async Task RunToEndAsync(this WebApplication app)
    {
        if (_hasNoWatcher)
        {
            LogPolling(app.Logger);
        }

        try
        {
            await app.StartAsync();
        }
        catch (Exception exception)
        {
            await app.StopAsync(); // otherwise the host reports the background services, which it cancels, as failed
            if (exception is OperationCanceledException)
            {
                await ThrowFailureAsync(app);
                return; // stopped while it started
            }

            throw;
        }

        await app.WaitForShutdownAsync();
        await ThrowFailureAsync(app);
    }

    // A background service that fails stops the host, which does not throw its exception.
    private static async Task ThrowFailureAsync(WebApplication app)
    {
        foreach (var service in app.Services.GetServices<IHostedService>().OfType<BackgroundService>())
        {
            if (service.ExecuteTask is { IsFaulted: true } failed)
            {
                await failed;
            }
        }
    }

    [LoggerMessage(
        EventId = 1811, Level = LogLevel.Warning,
        Message = "There are no inotify instances left (fs.inotify.max_user_instances): the settings files are read every few seconds")]
    private static partial void LogPolling(ILogger logger);
}
