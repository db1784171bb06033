using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Keys;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Core.SetAside;
using Redox.Media.Core.Staff;
using Redox.Media.Core.Statistics;
using Redox.Media.Core.Uploads;
using Redox.Media.Data.Audit;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Integrity;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Statistics;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data;

public static class DataServices
{
    /// <summary>
    /// Opens the database for a command that runs in place of the service, and does not migrate it. Without it, and if the database has not
    /// been migrated to this version, every call throws that.
    /// </summary>
    /// <exception cref="StoreUnavailableException">The database cannot be reached.</exception>
    public static Task OpenForCommandAsync(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<SchemaCheck>().OpenIfCurrentAsync(cancellation);

    /// <summary>
    /// Adds the store in the PostgreSQL database of <paramref name="connectionString"/>, which is migrated at start if the role owns it.
    /// </summary>
    /// <param name="verifiesServer">
    /// Whether traffic over TCP is encrypted and the server verified unless the connection string says otherwise, which is logged then.
    /// </param>
    /// <exception cref="ConnectionStringException">The connection string cannot be used.</exception>
    public static IServiceCollection AddMediaData(
        this IServiceCollection services, string connectionString, bool verifiesServer = false)
    {
        services.TryAddSingleton(TimeProvider.System);

        // Now, so that an invalid connection string stops the start.
        var database = DatabaseConnection.Open(connectionString, verifiesServer);
        services.AddSingleton(_ => database);
        services.AddSingleton(new DatabasePool(new NpgsqlConnectionStringBuilder(database.ConnectionString).MaxPoolSize));
        services.AddSingleton<MigrationGate>();
        services.AddSingleton<DiskFullProbe>();
        services.AddSingleton<DatabaseClock>();
        services.AddSingleton<Partitions>();
        services.AddSingleton<DatabaseResilience>();
        services.TryAddSingleton<ConsolePool>();
        services.AddSingleton(provider =>
        {
            var console = DatabaseConnection.OpenForConsole(
                connectionString, verifiesServer, provider.GetRequiredService<ConsolePool>().MaxConnections);
            return new ConsoleDatabase(console, ActivatorUtilities.CreateInstance<DatabaseResilience>(provider, console));
        });
        services.AddSingleton<LargeWrites>();
        services.AddSingleton<ClientTurns>();
        services.TryAddSingleton<RejectedBodyLimit>();
        services.AddMetrics();
        services.AddSingleton<IntegrityAlarm>();
        services.AddSingleton<DocumentWriter>();
        services.AddSingleton<WriteBatcher>();
        services.AddSingleton<QueryBatcher>();
        services.AddSingleton<FhirReadBatcher>();
        services.AddSingleton<PoolShares>();
        services.AddSingleton<ReadSessions>();
        services.AddSingleton<IDocumentStore, PostgresDocumentStore>();
        services.AddSingleton<IUploadStore, PostgresUploadStore>();
        services.AddSingleton<IRemoteFileStore, PostgresRemoteFileStore>();
        services.AddSingleton<IDocumentCorrections, PostgresDocumentCorrections>();
        services.AddSingleton<ISetAsideStore, PostgresSetAsideStore>();
        services.AddSingleton<ISetAsideJobStore, PostgresSetAsideJobStore>();
        services.AddSingleton<IDeliverySearch, PostgresDeliverySearch>();
        services.AddSingleton<IAuditLog, PostgresAuditLog>();
        services.AddSingleton<IFailedAuthenticationStore, FailedAuthenticationStore>();
        services.AddSingleton<IAuditSearch, PostgresAuditSearch>();
        services.AddSingleton<IAccessReviews, PostgresAccessReviews>();
        services.AddSingleton<IKeyStore, KeyStore>();
        services.AddSingleton<IStaffSessionStore, StaffSessionStore>();
        services.AddSingleton<IClientRegistry, ClientRegistry>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<SchemaCheck>();
        services.AddSingleton<IArchiveVerifier, ArchiveVerifier>();
        services.AddSingleton<IAuditVerifier, AuditVerifier>();
        services.AddSingleton<AuditSealer>();
        services.AddHostedService(provider => provider.GetRequiredService<AuditSealer>());
        services.AddSingleton<HourlyRollup>();
        services.AddHostedService(provider => provider.GetRequiredService<HourlyRollup>());
        services.AddSingleton<IDeliveryStatistics, PostgresDeliveryStatistics>();
        services.AddSingleton<IDocumentChangeLog, PostgresDocumentChangeLog>();
        services.AddSingleton<IDatabaseReadiness, DatabaseReadiness>();
        services.AddHostedService<DatabaseMigration>();
        services.AddHostedService<PartitionCreation>();
        services.AddHostedService<StaleSessions>();
        services.AddHostedService<ServerSettingsCheck>();
        if (verifiesServer)
        {
            services.AddHostedService<TrafficCheck>();
        }

        return services;
    }
}
