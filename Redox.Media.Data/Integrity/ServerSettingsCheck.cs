using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Integrity;

/// <summary>Warns at start if the server runs without the settings that protect stored bytes. They are the operator's to decide.</summary>
internal sealed partial class ServerSettingsCheck(
    DatabaseResilience resilience, MigrationGate schema, ILogger<ServerSettingsCheck> logger) : BackgroundService
{
    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await schema.Opened.WaitAsync(stoppingToken);
        try
        {
            foreach (var setting in await resilience.RunAsync((connection, _, token) => ReadAsync(connection, token), stoppingToken))
            {
                LogUnsafe(logger, setting, Consequence(setting));
            }
        }
        catch (StoreUnavailableException)
        {
            // Logged already, and not worth another try: the settings are seldom changed.
        }
    }

    private static async Task<List<string>> ReadAsync(NpgsqlConnection connection, CancellationToken cancellation)
    {
        await using var command = Statements.UnsafeServerSettings.On(connection);
        await using var reader = await command.ExecuteReaderAsync(cancellation);
        var settings = new List<string>();
        while (await reader.ReadAsync(cancellation))
        {
            settings.Add(reader.GetString(0));
        }

        return settings;
    }

    private static string Consequence(string setting) => setting switch
    {
        "data_checksums" => "PostgreSQL does not detect damage of its files",
        "fsync" => "a crash of the machine can lose acknowledged deliveries and damage the database",
        _ => "a crash of the machine can damage the database",
    };

    [LoggerMessage(EventId = 3402, Level = LogLevel.Warning, Message = "The database server runs with {Setting} off: {Consequence}")]
    private static partial void LogUnsafe(ILogger logger, string setting, string consequence);
}
