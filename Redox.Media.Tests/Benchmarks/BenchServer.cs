using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Redox.Media.Api.Hosting;
using Redox.Media.Data;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// A process that is measured: the product as it is composed everywhere, with the settings and the log that it ships with, or the baseline,
/// which keeps no log. Both listen on a loopback port that they tell on standard error, which is otherwise quiet, and both tell what they have
/// allocated. Ends when its standard input does.
/// </summary>
internal static class BenchServer
{
    public const string Token = "bench-engine-token-0001";

    /// <summary>The bearer token of the one client.</summary>
    public const string ClientToken = "bench-client-token-0001";

    /// <summary>What the address follows.</summary>
    public const string Listening = "listening ";

    public const string Product = "product";

    public const string Baseline = "baseline";

    public static async Task<int> RunAsync(string kind, string connectionString)
    {
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { EnvironmentName = "Production", ContentRootPath = AppContext.BaseDirectory });
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["Urls"] = "http://127.0.0.1:0",
            ["Redox:VerificationTokens:0"] = Token,
            ["Staff:0:Name"] = "bench",
            ["Staff:0:Token"] = Token,
            ["Staff:0:Roles:0"] = "trace",
            ["Clients:0:Id"] = "bench",
            ["Clients:0:Secret"] = ClientToken,
            ["Clients:0:SourceId"] = "bench",
            ["Clients:0:Scopes:0"] = "system/Media.crs",
            ["Fhir:MaxRequestsPerSecond"] = "1000000",
        });
        if (kind == Product)
        {
            builder.Services.AddMediaData(connectionString);
            builder.AddMediaService();
        }
        else
        {
            builder.Logging.ClearProviders();
            BaselineService.Add(builder, connectionString);
        }

        await using var app = builder.Build();
        if (kind == Product)
        {
            app.MapMediaService();
        }
        else
        {
            await BaselineService.MapAsync(app);
        }

        app.MapGet("/bench/allocated", () => GC.GetTotalAllocatedBytes(precise: true).ToString(System.Globalization.CultureInfo.InvariantCulture)).AllowAnonymous();
        app.MapGet("/bench/collect", Collect).AllowAnonymous();
        await app.StartAsync();
        await Console.Error.WriteLineAsync(Listening + app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        await Console.In.ReadToEndAsync();
        await app.StopAsync();
        return 0;
    }

    private static IResult Collect()
    {
        GC.Collect(2, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Results.Ok();
    }
}
