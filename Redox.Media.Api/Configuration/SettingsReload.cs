using Microsoft.Extensions.Primitives;

namespace Redox.Media.Api.Configuration;

/// <summary>Reads every section when the configuration is loaded again, and reports files that cannot be read.</summary>
internal sealed partial class SettingsReload(
    IServiceProvider services, IConfiguration configuration, SettingsProblems problems, ILogger<SettingsReload> logger)
    : IHostedService, IDisposable
{
    /// <summary>Each follows the configuration as soon as it exists.</summary>
    private static readonly Type[] Sections =
    [
        typeof(LastKnownGood<RedoxSettings>), typeof(LastKnownGood<StaffSettings>), typeof(LastKnownGood<ClientSettings>),
        typeof(LastKnownGood<FhirSettings>), typeof(LastKnownGood<QuerySettings>), typeof(LastKnownGood<IntakeSettings>),
        typeof(LastKnownGood<KeyEncryptionSettings>), typeof(LastKnownGood<SetAsideSettings>),
        typeof(LastKnownGood<TokenSettings>),
    ];

    private IDisposable? _reload;

    public Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var section in Sections)
        {
            services.GetRequiredService(section);
        }

        _reload = ChangeToken.OnChange(configuration.GetReloadToken, ReportFiles);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public void Dispose() => _reload?.Dispose();

    private void ReportFiles()
    {
        foreach (var file in ((IConfigurationRoot)configuration).Providers.OfType<SettingsFileProvider>())
        {
            var name = file.Source.Path ?? "";
            if (problems.Set(name, file.Problem))
            {
                LogUnreadable(logger, name, file.Problem!);
            }
        }
    }

    [LoggerMessage(
        EventId = 1810, Level = LogLevel.Error,
        Message = "The settings file {Settings} cannot be read; its last content remains in effect: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, string settings, string reason);
}
