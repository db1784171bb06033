using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Http.Features;

namespace Redox.Media.Api.Hosting;

/// <summary>Kestrel, whose start fails with one line if it cannot listen on the configured addresses.</summary>
internal sealed class CheckedServer(IServer server, IConfiguration configuration) : IServer
{
    private const string Example = "such as http://127.0.0.1:5080";

    public IFeatureCollection Features => server.Features;

    /// <summary>Puts it in front of the server that is registered.</summary>
    public static void AddTo(IServiceCollection services)
    {
        var registered = services.Last(service => service.ServiceType == typeof(IServer)).ImplementationType!;
        services.AddSingleton(registered);
        services.AddSingleton<IServer>(provider => new CheckedServer(
            (IServer)provider.GetRequiredService(registered), provider.GetRequiredService<IConfiguration>()));
    }

    public async Task StartAsync<TContext>(IHttpApplication<TContext> application, CancellationToken cancellationToken)
        where TContext : notnull
    {
        if (configuration["urls"] is { } urls)
        {
            Check(urls);
        }

        try
        {
            await server.StartAsync(application, cancellationToken);
        }
        catch (Exception exception)
            when (exception is not (OperationCanceledException or IOException { InnerException: AddressInUseException }))
        {
            throw new StartupFailure("Urls or Kestrel:Endpoints cannot be listened on: " + exception.Message.ReplaceLineEndings(" "));
        }
    }

    public Task StopAsync(CancellationToken cancellationToken) => server.StopAsync(cancellationToken);

    public void Dispose() => server.Dispose();

    /// <summary>Checks what Kestrel does not: it takes a host that it cannot read for all addresses of the machine.</summary>
    /// <exception cref="StartupFailure">An address cannot be used.</exception>
    internal static void Check(string urls)
    {
        var addresses = urls.Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (addresses.Length == 0)
        {
            throw new StartupFailure($"Urls is set and has no address, {Example}.");
        }

        foreach (var address in addresses)
        {
            if (!IsAddress(address))
            {
                throw new StartupFailure($"Urls has \"{address}\", which is not an address to listen on, {Example}.");
            }
        }
    }

    private static bool IsAddress(string text)
    {
        try
        {
            var address = BindingAddress.Parse(text);
            return address.Scheme is "http" or "https" && address.Port is >= 0 and <= IPEndPoint.MaxPort
                && (address.IsUnixPipe || IsHost(address.Host));
        }
        catch (FormatException)
        {
            return false;
        }
    }

    private static bool IsHost(string host) => host is "*" or "+" || Uri.CheckHostName(host) != UriHostNameType.Unknown;
}
