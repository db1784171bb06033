using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using NUnit.Framework;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Configuration;

/// <summary>
/// Settings in volumes that Kubernetes mounts from a ConfigMap and a Secret: each name is a link into <c>..data</c>, which is a link to a
/// folder of the moment. A change makes a new folder and renames a new link over <c>..data</c>; the names themselves never change.
/// </summary>
[TestFixture]
[Parallelizable]
[Category("Slow")]
public sealed class MountedSettingsTests
{
    private const string Leaked = "leaked-client-secret-1";
    private const string Kept = "kept-client-secret-0002";

    /// <summary>The bound that the documentation names.</summary>
    private static readonly TimeSpan ReloadTimeout = TimeSpan.FromSeconds(10);

    private int _changes;

    [Test]
    public async Task A_changed_ConfigMap_and_a_changed_Secret_take_effect_within_ten_seconds()
    {
        var (config, secrets) = (TestDatabase.NewFolder(), TestDatabase.NewFolder());
        await MountAsync(config, ("appsettings.Production.json", Clients(("leaked", Leaked), ("kept", Kept))));
        await MountAsync(secrets, ("Redox__VerificationTokens__1", "token-of-the-first-secret\n"));
        await using var database = await SoakDatabase.StartAsync();
        await using var service = await ServiceProcess.StartAsync(database.ConnectionString, new Dictionary<string, string>
        {
            ["ASPNETCORE_CONTENTROOT"] = config,
            ["REDOX_MEDIA_SETTINGS_DIRECTORY"] = secrets,
        });
        await Eventually.IsTrueAsync("ready", async () => await service.ReadinessAsync() == 200, TimeSpan.FromSeconds(30));
        Assert.That((await ClientAsync(service, Leaked), await ClientAsync(service, Kept)), Is.EqualTo((200, 200)));
        Assert.That(await EngineAsync(service, "token-of-the-first-secret"), Is.EqualTo(200));

        await MountAsync(config, ("appsettings.Production.json", Clients(("kept", Kept), ("invalid", "short"))));
        await Eventually.IsTrueAsync(
            "the removed client is rejected", async () => await ClientAsync(service, Leaked) == 401, ReloadTimeout);
        Assert.That(await ClientAsync(service, Kept), Is.EqualTo(200));
        Assert.That(await service.Http.GetStringAsync("/health/ready"), Does.Contain("configuration: last known good"));

        await MountAsync(secrets, ("Redox__VerificationTokens__1", "token-of-the-second-secret\n"));
        // The old token is tried until it fails, and not the new one until it succeeds: responses to many failures are delayed.
        await Eventually.IsTrueAsync(
            "the old token is rejected", async () => await EngineAsync(service, "token-of-the-first-secret") == 401, ReloadTimeout);
        Assert.That(await EngineAsync(service, "token-of-the-second-secret"), Is.EqualTo(200));

        await MountAsync(config, ("appsettings.Production.json", "{ \"Clients\": [ {"));
        await Eventually.IsTrueAsync(
            "the unreadable file is logged",
            () => Task.FromResult(service.Output.Any(line => line.Contains("appsettings.Production.json", StringComparison.Ordinal))),
            ReloadTimeout);
        Assert.That(await ClientAsync(service, Kept), Is.EqualTo(200), "the last readable file counts");

        await MountAsync(config, ("appsettings.Production.json", Clients(("kept", Kept))));
        await Eventually.IsTrueAsync(
            "nothing is invalid",
            async () => !(await service.Http.GetStringAsync("/health/ready")).Contains("last known good", StringComparison.Ordinal),
            ReloadTimeout);
        Assert.That(service.Output.Count(line => line.Contains("\"EventId\":1810", StringComparison.Ordinal)), Is.EqualTo(2));
    }

    // As kubelet's atomic writer does it.
    private async Task MountAsync(string volume, params (string Name, string Content)[] files)
    {
        Directory.CreateDirectory(volume);
        var folder = "..2026_11_26_12_00_" + (_changes++).ToString("00", CultureInfo.InvariantCulture);
        Directory.CreateDirectory(Path.Combine(volume, folder));
        foreach (var (name, content) in files)
        {
            File.WriteAllText(Path.Combine(volume, folder, name), content);
        }

        var (data, next) = (Path.Combine(volume, "..data"), Path.Combine(volume, "..data_tmp"));
        File.CreateSymbolicLink(next, folder);
        using (var rename = Process.Start("mv", ["-T", next, data])) // File.Move and Directory.Move rename no link over another
        {
            await rename.WaitForExitAsync();
        }

        foreach (var (name, _) in files.Where(file => !File.Exists(Path.Combine(volume, file.Name))))
        {
            File.CreateSymbolicLink(Path.Combine(volume, name), Path.Combine("..data", name));
        }
    }

    private static string Clients(params (string Id, string Secret)[] clients)
    {
        var entries = clients.Select(client =>
            $$"""{ "Id": "{{client.Id}}", "Secret": "{{client.Secret}}", "SourceId": "s", "Scopes": ["system/Media.cruds"] }""");
        return $$"""{ "Clients": [{{string.Join(", ", entries)}}] }""";
    }

    private static async Task<int> ClientAsync(ServiceProcess service, string secret)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/Media?_count=1");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", secret);
        using var response = await service.Http.SendAsync(request);
        return (int)response.StatusCode;
    }

    private static async Task<int> EngineAsync(ServiceProcess service, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?challenge=c");
        request.Headers.Add("verification-token", token);
        using var response = await service.Http.SendAsync(request);
        return (int)response.StatusCode;
    }
}
