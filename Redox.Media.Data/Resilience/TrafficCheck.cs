using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace Redox.Media.Data.Resilience;

/// <summary>Warns at start if the connection string has weakened how the traffic with the database is protected.</summary>
internal sealed partial class TrafficCheck(NpgsqlDataSource database, ILogger<TrafficCheck> logger) : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(database.ConnectionString);
        if (DatabaseConnection.IsUnverified(settings))
        {
            LogUnverified(logger, settings.SslMode);
        }

        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    [LoggerMessage(
        EventId = 3403, Level = LogLevel.Warning,
        Message = "The connection string has SSL Mode {SslMode}: the database server is not verified, and patients' data may cross the "
            + "network in the clear")]
    private static partial void LogUnverified(ILogger logger, SslMode sslMode);
}
