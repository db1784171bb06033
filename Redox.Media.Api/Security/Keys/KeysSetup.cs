using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Security.Keys;

/// <summary>Key material in the database, and ASP.NET Core's Data Protection with its keys there, never on disk.</summary>
internal static class KeysSetup
{
    /// <summary>All instances must use the same: it is a part of what is protected.</summary>
    private const string ApplicationName = "Redox.Media";

    public static void AddMediaKeys(this IServiceCollection services)
    {
        services.AddSingleton<KeyCipher>();
        services.AddSingleton<DataProtectionKeys>();
        services.AddHostedService<KeyReencryption>();
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.AddOptions<KeyManagementOptions>()
            .Configure<DataProtectionKeys>((options, repository) => options.XmlRepository = repository);

        // It reads the keys before the service starts, and makes the first one. They are read when they are first used.
        foreach (var service in services.Where(IsOfDataProtection).ToList())
        {
            services.Remove(service);
        }
    }

    private static bool IsOfDataProtection(ServiceDescriptor service) =>
        service.ServiceType == typeof(IHostedService) && service.ImplementationType?.Assembly == typeof(IKeyManager).Assembly;
}
