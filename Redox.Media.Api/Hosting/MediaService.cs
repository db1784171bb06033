using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Clients;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Outbound;
using Redox.Media.Api.Pages;
using Redox.Media.Api.Pages.Sessions;
using Redox.Media.Api.Redox;
using Redox.Media.Api.RemoteFiles;
using Redox.Media.Api.Security;
using Redox.Media.Api.Security.Keys;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Api.Support;
using Redox.Media.Api.Uploads;
using Redox.Media.Core;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Data;

namespace Redox.Media.Api.Hosting;

/// <summary>The composition of the service: its parts, its middleware and its endpoints.</summary>
internal static class MediaService
{
    private const string DefaultAddress = "http://127.0.0.1:5080";

    /// <summary>How long the head of a request may take to arrive. It usually comes in one packet.</summary>
    private static readonly TimeSpan HeadTimeout = TimeSpan.FromSeconds(10);

    /// <summary>
    /// A slower body, on average after ten seconds, is aborted. It ends a sender that has stopped earlier than the deadline of a large body
    /// (<see cref="BodyDeadline"/>), and bodies that are not read at all.
    /// </summary>
    internal static readonly MinDataRate MinBodyRate = new(bytesPerSecond: 8 * 1024, gracePeriod: TimeSpan.FromSeconds(10));

    /// <summary>
    /// What Kestrel reads ahead of a connection, in bytes, while its body waits for the budget. Its default of 1 MiB would be a second
    /// budget of a megabyte for each connection.
    /// </summary>
    private const long MaxUnreadBytes = 128 * 1024;

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
        builder.AddPages(); // before AddMediaKeys, and before RedoxExceptionHandler
        services.AddMediaKeys();
        services.AddMediaHealth();
        services.AddMediaOpenApi();
        services.AddIntake();
        services.AddSingleton(provider => new ConsolePool(provider.GetRequiredService<IOptions<ConsoleSettings>>().Value.MaxConnections));
        services.AddSingleton<ConnectionLimit>();
        services.AddSingleton<MediaMetrics>();
        services.AddSingleton(LogSafeId.From(builder.Configuration));
        services.AddSingleton<DeliveryEndpoint>();
        services.AddSingleton<AuditEndpoint>();
        services.AddSingleton<CorrectionEndpoints>();
        services.AddOutbound();
        services.AddSetAside();
        services.AddSingleton<StaffClients>();
        services.AddSingleton(ClientSetup.Changes);
        services.AddUploads();
        services.AddRemoteFiles();
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

    public static void MapMediaService(this WebApplication app)
    {
        app.Use(ConnectionReserveMiddleware.NoteRequestAsync);
        app.UseRouting();
        app.UseMiddleware<FhirRequestMiddleware>();
        app.UseExceptionHandler(_ => { });
        app.UseMiddleware<TruncatedResponseMiddleware>();
        app.Use(SecurityHeaders.AddAsync);
        app.Use(SessionCookie.AssumeHttpsAsync);
        CrossOrigin.Use(app);
        app.UseAuthentication();
        app.Use(ConnectionReserveMiddleware.InvokeAsync);
        app.UseClientRateLimit();
        app.UseAuthorization();
        app.MapRedox();
        app.MapUploads();
        app.MapTokens();
        app.MapFhir();
        app.MapSupport();
        app.MapAudit();
        app.MapStaffSearch();
        CorrectionEndpoints.Map(app);
        app.MapSetAside();
        app.MapRemoteFiles();
        app.MapOverview();
        ClientEndpoints.Map(app);
        app.MapDocumentVersions();
        app.MapPages();
        app.MapHealth();
        app.MapMediaOpenApi();
    }

    private static void ConfigureKestrel(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = null; // the intake has its own limit and response
        kestrel.Limits.RequestHeadersTimeout = HeadTimeout;
        kestrel.Limits.MinRequestBodyDataRate = MinBodyRate;
        var connections = kestrel.ApplicationServices.GetRequiredService<ConnectionLimit>();
        kestrel.ConfigureEndpointDefaults(endpoint => endpoint.Use(connections.Limit));
        kestrel.Limits.MaxRequestBufferSize = MaxUnreadBytes;
    }
}
