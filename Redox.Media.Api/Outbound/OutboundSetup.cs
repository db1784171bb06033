using System.Net;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Http.Resilience;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Outbound;

/// <summary>
/// Clients for remote hosts, by what they get: <c>[FromKeyedServices(OutboundSetup.RemoteFiles)] OutboundClient</c>. Each has connections
/// and circuits of its own.
/// </summary>
internal static class OutboundSetup
{
    public const string RemoteFiles = "remote-files";

    public const string Jwks = "jwks";

    public static void AddOutbound(this IServiceCollection services)
    {
        services.TryAddSingleton<HostResolver>(Dns.GetHostAddressesAsync);
        services.AddSingleton<OutboundConnector>();
        AddClient(services, RemoteFiles);
        AddClient(services, Jwks);
    }

    private static void AddClient(IServiceCollection services, string purpose)
    {
        var client = services.AddHttpClient(purpose, http =>
            {
                http.Timeout = Timeout.InfiniteTimeSpan; // the pipeline has a limit for the header
                http.DefaultRequestHeaders.UserAgent.ParseAdd("Redox.Media");
            })
            .ConfigurePrimaryHttpMessageHandler(provider => provider.GetRequiredService<OutboundConnector>().CreateHandler())
            .SetHandlerLifetime(Timeout.InfiniteTimeSpan)
            .RemoveAllLoggers(); // they write URLs
        client.AddResilienceHandler(purpose, (pipeline, context) => OutboundPipeline.Build(
                pipeline, context.ServiceProvider.GetRequiredService<TimeProvider>(),
                context.ServiceProvider.GetRequiredService<IOptions<OutboundSettings>>().Value.Timeout))
            .SelectPipelineByAuthority();
        services.AddKeyedSingleton(purpose, (provider, _) => new OutboundClient(
            provider.GetRequiredService<IHttpClientFactory>().CreateClient(purpose), provider.GetRequiredService<TimeProvider>()));
    }
}
