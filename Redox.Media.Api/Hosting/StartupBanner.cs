using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;

namespace Redox.Media.Api.Hosting;

/// <summary>
/// Prints the addresses once the service listens; in Development also example requests with the default credentials. Configured tokens
/// are never printed.
/// </summary>
internal sealed class StartupBanner(
    IServer server, IHostEnvironment environment, IHostApplicationLifetime lifetime, IOptions<RedoxSettings> redox,
    IOptions<StaffSettings> staff)
    : IHostedService
{
    public Task StartAsync(CancellationToken cancellationToken)
    {
        lifetime.ApplicationStarted.Register(Print);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Print()
    {
        var addresses = server.Features.Get<IServerAddressesFeature>()?.Addresses ?? [];
        var lines = new List<string> { $"Redox.Media is listening on {string.Join(", ", addresses)} ({environment.EnvironmentName})." };
        if (environment.IsDevelopment() && addresses.FirstOrDefault() is { } address)
        {
            var engineToken = Shown(redox.Value.VerificationTokens[0], SettingsSetup.DevelopmentToken);
            var staffToken = Shown(staff.Value.Members[0].Token, SettingsSetup.DevelopmentStaffToken);
            lines.Add($"  destination        {address}/            verification-token: {engineToken}");
            lines.Add($"  trace a delivery   {address}/support/api/deliveries/<log ID>");
            lines.Add($"                     Authorization: Bearer {staffToken}");
            lines.Add($"  support pages      {address}/support     sign in with {staffToken}");
            lines.Add($"  health             {address}/health/ready");
        }

        Console.Out.WriteLine(string.Join(Environment.NewLine, lines));
    }

    private static string Shown(string token, string known) => token == known ? known : "(as configured)";
}
