using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Redox;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Hosting;

/// <summary>The composition: which parts there are, and which addresses lead to them.</summary>
internal static class MediaService
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>Longest time for the head of a request, which is one packet of a sender who means it.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A body that comes more slowly, on average after ten seconds, is ended: it holds its share of the byte budget all the while, and at
    /// Kestrel's own 240 bytes a second the largest would hold it for three days. A slow line of 128 kbit/s carries twice as much.
    /// </summary>
    internal static readonly MinDataRate MinBodyRate = new(bytesPerSecond: 8 * 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>Where an operator can say what to listen on; the default must not win over any of them.</summary>
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static void AddMediaService(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddServiceLog(builder.Environment);
        services.TryAddSingleton(TimeProvider.System);
        builder.AddMediaSettings();
        services.AddMediaCore();
        services.AddMediaSecurity();
        services.AddSingleton(provider => new IntakeBudget(
            provider.GetRequiredService<IOptions<IntakeSettings>>().Value.MemoryBudgetBytes, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BodyReader(
            new BodyLimits { MaxBodyBytes = provider.GetRequiredService<IOptions<IntakeSettings>>().Value.MaxBodyBytes }));
        services.AddSingleton<MediaMetrics>();
        services.AddSingleton(typeof(LastKnownGood<>));
        services.AddSingleton<RequestBodyReader>();
        services.AddSingleton<DeliveryEndpoint>();
        services.AddFhir();
        services.AddExceptionHandler<RedoxExceptionHandler>();
        services.AddHostedService<StartupBanner>();
        services.AddHostedService<HeapTrimmer>();
        services.AddHostedService<MetricsExport>();
        services.AddSingleton<ConnectionBlocks>();
        services.AddSingleton<IMemoryPoolFactory<byte>>(provider => provider.GetRequiredService<ConnectionBlocks>());
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        if (!AddressKeys.Any(key => builder.Configuration.GetSection(key).Exists()))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }
    }

    public static void MapMediaService(this WebApplication app)
    {
        app.UseExceptionHandler(_ => { });
        app.Use(SecurityHeaders.AddAsync);
        app.UseAuthentication();
        app.UseAuthorization();
        app.MapRedox();
        app.MapFhir();
        app.MapSupport();
        app.MapHealth();
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // the intake has its own limit, and an answer for it
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.MinRequestBodyDataRate = MinBodyRate;
    }
}
