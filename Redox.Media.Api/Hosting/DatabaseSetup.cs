using Redox.Media.Api.Observability;
using Redox.Media.Data;
using Redox.Media.Data.LocalPostgres;
using Redox.Media.Data.Migrations;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// Chooses the database: the one of <c>ConnectionStrings:Media</c>, or in Development without it a private PostgreSQL in
/// <c>LocalPostgres:DataDirectory</c> that runs until the returned object is disposed. That one is migrated here, by its superuser; the
/// service has a role of its own there too.
/// </summary>
internal static class DatabaseSetup
{
    private const string DatabaseName = "media";

    public static async Task<IAsyncDisposable?> AddDatabaseAsync(this WebApplicationBuilder builder)
    {
        if (builder.Configuration.GetConnectionString("Media")?.Trim() is { Length: > 0 } connectionString)
        {
            builder.Services.AddMediaData(connectionString, verifiesServer: !builder.Environment.IsDevelopment());
            return null;
        }

        if (!builder.Environment.IsDevelopment())
        {
            throw new StartupFailure("ConnectionStrings:Media is not set: outside Development a PostgreSQL connection string is required.");
        }

        using var loggers = LoggerFactory.Create(logging =>
            logging.AddConfiguration(builder.Configuration.GetSection("Logging")).AddServiceLog(builder.Environment));
        var cluster = await LocalPostgresCluster.StartAsync(
            new LocalPostgresOptions { DataDirectory = builder.Configuration["LocalPostgres:DataDirectory"] },
            loggers.CreateLogger<LocalPostgresCluster>(), TimeProvider.System, CancellationToken.None);
        await cluster.EnsureDatabaseAsync(DatabaseName, CancellationToken.None);
        await cluster.EnsureServingRoleAsync(CancellationToken.None);
        await OwnerMigration.RunAsync(
            cluster.ConnectionString(DatabaseName), "the private PostgreSQL", verifiesServer: false, LocalPostgresCluster.ServingRole,
            _ => { }, CancellationToken.None);
        builder.Services.AddMediaData(cluster.ServingConnectionString(DatabaseName));
        builder.Services.AddHostedService(provider => new LocalPostgresSupervisor(
            cluster, provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<LocalPostgresSupervisor>>()));
        return cluster;
    }
}
