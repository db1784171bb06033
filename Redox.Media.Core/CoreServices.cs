using Microsoft.Extensions.DependencyInjection;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.RemoteFiles;
using Redox.Media.Core.SetAside;
using Redox.Media.Core.Uploads;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core;

public static class CoreServices
{
    /// <summary>Adds schemas, handlers and the delivery service. The store is added by the data layer.</summary>
    public static IServiceCollection AddMediaCore(this IServiceCollection services)
    {
        services.AddSingleton<SchemaCatalog>();
        services.AddSingleton<HandlerRegistry>();
        services.AddSingleton<MessageValidator>();
        services.AddSingleton<DeliveryService>();
        services.AddSingleton<FhirMediaValidator>();
        services.AddSingleton<StoredBodyReader>();
        services.AddSingleton<IRemoteFileRules, NoRemoteFiles>(); // unless the application fetches files
        services.AddSingleton<UploadReader>();
        services.AddSingleton<UploadResolver>();
        services.AddSingleton<SetAsideReleaser>();
        services.AddSingleton<MisfiledDocuments>();
        services.AddSingleton<SetAsideDryRun>();
        services.AddSingleton<SetAsideJobRunner>();
        foreach (var kind in Enum.GetValues<DocumentEventKind>())
        {
            services.AddSingleton<IMessageHandler>(provider =>
                new DocumentChangeHandler(
                    kind, provider.GetRequiredService<IDocumentStore>(), provider.GetRequiredService<IRemoteFileRules>()));
        }

        services.AddSingleton<IMessageHandler, QueryHandler>();
        return services;
    }
}
