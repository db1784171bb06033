using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using NUnit.Framework;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Outbound;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Outbound;

/// <summary>The client for remote hosts as the service composes it, without the rest of the service.</summary>
internal sealed class OutboundService : IAsyncDisposable
{
    private readonly ServiceProvider _provider;

    public OutboundService(RemoteHost host, params (string Key, string? Value)[] settings)
    {
        var all = host.Settings;
        all["Outbound:Timeout"] = "00:05:00"; // of the fast timers: 15 s
        foreach (var (key, value) in settings)
        {
            all["Outbound:" + key] = value;
        }

        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(all).Build());
        services.AddLogging();
        services.AddSingleton<TimeProvider>(Time);
        services.AddOptions<OutboundSettings>().BindConfiguration(OutboundSettings.Section).ValidateDataAnnotations();
        services.AddSingleton<IValidateOptions<OutboundSettings>, OutboundValidation>();
        services.AddSingleton<HostResolver>(Resolver.ResolveAsync);
        services.AddOutbound();
        _provider = services.BuildServiceProvider();
        Client = _provider.GetRequiredKeyedService<OutboundClient>(OutboundSetup.RemoteFiles);
    }

    public SettableTime Time { get; } = new(TimeProvider.System.GetUtcNow(), new FastTimers());

    public FakeResolver Resolver { get; } = new();

    public OutboundClient Client { get; }

    public OutboundConnector Connector => _provider.GetRequiredService<OutboundConnector>();

    public async Task<string> GetAsync(Uri url)
    {
        using var response = await Client.GetAsync(url, null, default);
        return await response.Content.ReadAsStringAsync();
    }

    public OutboundException FailureOf(Uri url) => Assert.ThrowsAsync<OutboundException>(() => GetAsync(url))!;

    public ValueTask DisposeAsync() => _provider.DisposeAsync();
}
