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
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Hosting;

/// <summary>The composition of the service: its parts, its middleware and its endpoints.</summary>
internal static class MediaService
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>How long the head of a request may take to arrive. It usually comes in one packet.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A slower body, on average after ten seconds, is aborted. A body in flight occupies its share of the byte budget, and at Kestrel's
    /// default of 240 bytes a second the largest body would occupy it for three days. A line of 128 kbit/s carries twice this rate.
    /// </summary>
    internal static readonly MinDataRate MinBodyRate = new(bytesPerSecond: 8 * 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>The keys by which an operator can set the addresses; the default applies only without any of them.</summary>
    private static readonly string[] AddressKeys = ["urls", "http_ports", "https_ports", "Kestrel:Endpoints"];

    public static void AddMediaService(this WebApplicationBuilder builder)
    {
        var services = builder.Services;
        builder.Logging.AddServiceLog(builder.Environment);
        builder.AddTelemetry();
        services.TryAddSingleton(TimeProvider.System);
        builder.AddMediaSettings();
        services.AddMediaCore();
        services.AddMediaSecurity();
        services.AddMediaHealth();
        services.AddMediaOpenApi();
        services.AddSingleton(provider => new IntakeBudget(
            provider.GetRequiredService<IOptions<IntakeSettings>>().Value.MemoryBudgetBytes, provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton(provider => new BodyReader(
            new BodyLimits { MaxBodyBytes = provider.GetRequiredService<IOptions<IntakeSettings>>().Value.MaxBodyBytes }));
        services.AddSingleton<MediaMetrics>();
        services.AddSingleton(LogSafeId.From(builder.Configuration));
        services.AddSingleton(typeof(LastKnownGood<>));
        services.AddSingleton<RequestBodyReader>();
        services.AddSingleton<DeliveryEndpoint>();
        services.AddFhir(); // before RedoxExceptionHandler, which handles the exceptions of all other endpoints
        services.AddExceptionHandler<RedoxExceptionHandler>();
        services.AddHostedService<StartupBanner>();
        services.AddHostedService<HeapTrimmer>();
        services.AddSingleton<ConnectionBlocks>();
        services.AddSingleton<IMemoryPoolFactory<byte>>(provider => provider.GetRequiredService<ConnectionBlocks>());
        builder.WebHost.ConfigureKestrel(ConfigureKestrel);
        CheckedServer.AddTo(services);
        if (!AddressKeys.Any(key => builder.Configuration.GetSection(key).Exists()))
        {
            builder.WebHost.UseUrls(DefaultAddress);
        }
    }

    /// <summary>Runs the command that verifies the archive in place of the service.</summary>
    public static async Task<int> VerifyAsync(this WebApplicationBuilder builder, IReadOnlyList<string> arguments)
    {
        builder.Logging.ClearProviders(); // standard output is the list of damaged documents
        await using var app = builder.Build();
        var command = new VerifyCommand(
            app.Services.GetRequiredService<IArchiveVerifier>(), TimeProvider.System, Console.Out, Console.Error);
        return await command.RunAsync(arguments, CancellationToken.None);
    }

    public static void MapMediaService(this WebApplication app)
    {
        app.UseRouting();
        app.UseMiddleware<FhirRequestMiddleware>();
        app.UseExceptionHandler(_ => { });
        app.UseMiddleware<TruncatedResponseMiddleware>();
        app.Use(SecurityHeaders.AddAsync);
        app.UseAuthentication();
        app.UseRateLimiter();
        app.UseAuthorization();
        app.MapRedox();
        app.MapFhir();
        app.MapSupport();
        app.MapHealth();
        app.MapMediaOpenApi();
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // the intake has its own limit and response
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.MinRequestBodyDataRate = MinBodyRate;
    }
}
