using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Data.Batching;
using Redox.Media.Data.Migrations;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Stores;

namespace Redox.Media.Data;

public static class DataServices
{
    /// <summary>Adds the archive in the PostgreSQL database of <paramref name="connectionString"/>, migrated at start.</summary>
    public static IServiceCollection AddMediaData(this IServiceCollection services, string connectionString)
    {
        services.TryAddSingleton(TimeProvider.System);
        var database = DatabaseConnection.Open(connectionString); // at once, so that a mistake in it stops the start with a plain word
        services.AddSingleton(_ => database);
        services.AddSingleton<MigrationGate>();
        services.AddSingleton<DiskFullProbe>();
        services.AddSingleton<DatabaseResilience>();
        services.AddSingleton<DocumentWriter>();
        services.AddSingleton<WriteBatcher>();
        services.AddSingleton<QueryBatcher>();
        services.AddSingleton<FhirReadBatcher>();
        services.AddSingleton<ReadSessions>();
        services.AddSingleton<IMediaStore, MediaStore>();
        services.AddSingleton<ISetAsideStore, SetAsideStore>();
        services.AddSingleton<IDeliveryLog, DeliveryLog>();
        services.AddSingleton<IFhirStore, FhirStore>();
        services.AddSingleton<Migrator>();
        services.AddSingleton<IDatabaseReadiness, DatabaseReadiness>();
        services.AddHostedService<DatabaseMigration>();
        return services;
    }
}
