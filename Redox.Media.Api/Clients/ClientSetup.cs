using Redox.Media.Api.Configuration;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Clients;

internal static class ClientSetup
{
    /// <summary>For the service, whose settings may change while it runs.</summary>
    public static ClientChanges Changes(IServiceProvider services)
    {
        var settings = services.GetRequiredService<LastKnownGood<ClientSettings>>();
        return new ClientChanges(
            services.GetRequiredService<IClientRegistry>(), id => settings.Value.Apps.Any(app => app.Id == id),
            services.GetRequiredService<TimeProvider>());
    }

    /// <summary>For the command, which reads the settings without validating them.</summary>
    public static ClientChanges Changes(IServiceProvider services, IConfiguration configuration) => new(
        services.GetRequiredService<IClientRegistry>(),
        id => configuration.GetSection(ClientApp.Section).GetChildren().Any(app => app[nameof(ClientApp.Id)] == id), TimeProvider.System);
}
