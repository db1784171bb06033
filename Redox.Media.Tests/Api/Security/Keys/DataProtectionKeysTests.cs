using System.Security.Cryptography;
using System.Text;
using System.Xml.Linq;
using Dapper;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Api.Security.Keys;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Security.Keys;

/// <summary>The keys of Data Protection are in the database, encrypted, and all instances have the same.</summary>
[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class DataProtectionKeysTests
{
    private const string First = RunningService.KeyEncryptionKey;
    private static readonly string Second = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));

    [Test]
    public async Task Instances_share_the_keys_and_find_them_after_a_restart()
    {
        var archive = await TestDatabase.CreateAsync();
        string protectedText;
        await using (var one = await RunningService.StartAsync(archive))
        await using (var two = await RunningService.StartAsync(archive))
        {
            protectedText = Protect(one, "a session");
            Assert.That(Unprotect(two, protectedText), Is.EqualTo("a session"));
        }

        await using var restarted = await RunningService.StartAsync(archive);
        Assert.That(Unprotect(restarted, protectedText), Is.EqualTo("a session"));
        Assert.That(await KeysAsync(archive), Has.Count.EqualTo(1));
    }

    [Test]
    public async Task A_start_neither_makes_nor_reads_a_key_of_Data_Protection()
    {
        var archive = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(archive);
        await service.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()));

        Assert.That(await KeysAsync(archive), Is.Empty);
        Assert.That(
            service.Services.GetServices<IHostedService>().Select(hosted => hosted.GetType().Namespace),
            Has.None.StartsWith("Microsoft.AspNetCore.DataProtection"));
    }

    [Test]
    public async Task Two_instances_that_need_the_first_key_at_once_have_the_same()
    {
        var archive = await TestDatabase.CreateAsync();
        await using var one = await RunningService.StartAsync(archive);
        await using var two = await RunningService.StartAsync(archive);
        foreach (var service in new[] { one, two })
        {
            Assert.That(service.Services.GetRequiredService<DataProtectionKeys>().GetAllElements(), Is.Empty);
        }

        foreach (var service in new[] { one, two })
        {
            service.Services.GetRequiredService<IKeyManager>().CreateNewKey(DateTimeOffset.UnixEpoch, DateTimeOffset.MaxValue);
        }

        Assert.That(await KeysAsync(archive), Has.Count.EqualTo(1));
        Assert.That(Unprotect(two, Protect(one, "a session")), Is.EqualTo("a session"));
    }

    [Test]
    public async Task Nothing_secret_is_in_the_rows_or_in_the_log()
    {
        var archive = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(archive, Keys(Second, First));
        Protect(service, "a session");
        service.Services.GetRequiredService<IKeyManager>().RevokeAllKeys(DateTimeOffset.UnixEpoch, "a reason");
        var elements = service.Services.GetRequiredService<DataProtectionKeys>().GetAllElements();
        var secret = elements.SelectMany(element => element.Descendants("value")).Single().Value;

        foreach (var encrypted in await KeysAsync(archive))
        {
            var text = Encoding.Latin1.GetString(encrypted);
            Assert.That(text, Does.Not.Contain(secret).And.Not.Contain("<key").And.Not.Contain("a reason"));
        }

        foreach (var value in new[] { secret, First, Second })
        {
            Assert.That(service.Logs.Entries.Where(entry => entry.Contains(value)), Is.Empty);
        }

        Assert.That(service.Logs.Entries.Where(entry => entry.Contains("unencrypted")), Is.Empty);
    }

    [Test]
    public async Task Keys_are_encrypted_anew_when_the_first_key_of_the_settings_changes()
    {
        var archive = await TestDatabase.CreateAsync();
        string protectedText;
        await using (var service = await RunningService.StartAsync(archive))
        {
            protectedText = Protect(service, "a session");
        }

        await using (var rotated = await RunningService.StartAsync(archive, Keys(Second, First)))
        {
            await LoggedAsync(rotated, "[1840]");
            Assert.That(Unprotect(rotated, protectedText), Is.EqualTo("a session"));
        }

        await using var last = await RunningService.StartAsync(archive, Keys(Second));
        Assert.That(Unprotect(last, protectedText), Is.EqualTo("a session"));
    }

    [Test]
    public async Task They_are_encrypted_anew_by_a_running_service_too()
    {
        var archive = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(archive);
        var protectedText = Protect(service, "a session");
        var before = await KeysAsync(archive);

        var configuration = (IConfigurationRoot)service.Services.GetRequiredService<IConfiguration>();
        (configuration["KeyEncryption:Keys:0"], configuration["KeyEncryption:Keys:1"]) = (Second, First);
        configuration.Reload();

        await LoggedAsync(service, "[1840]");
        Assert.That(await KeysAsync(archive), Is.Not.EqualTo(before));
        Assert.That(Unprotect(service, protectedText), Is.EqualTo("a session"));
    }

    [Test]
    public async Task A_key_that_cannot_be_decrypted_names_the_setting_and_does_not_stop_the_feed()
    {
        var archive = await TestDatabase.CreateAsync();
        await using (var service = await RunningService.StartAsync(archive))
        {
            Protect(service, "a session");
        }

        await using var other = await RunningService.StartAsync(archive, Keys(Second));
        await LoggedAsync(other, "[1841]");
        Assert.That(other.Logs.Entries.Single(entry => entry.Contains("[1841]")), Does.Contain("not in KeyEncryption:Keys"));
        var failure = Assert.Catch(() => Protect(other, "a session"));
        Assert.That(failure!.ToString(), Does.Contain("KeyEncryption:Keys"));
        Assert.That(
            (await other.DeliverAsync(Message.New(Message.NewSource(), Message.NewDocumentId()))).Outcome, Is.EqualTo("created"));
    }

    [TestCase("update encrypted_key set key_id = 'key-' || gen_random_uuid()")]
    [TestCase("update encrypted_key set encrypted = set_byte(encrypted, 40, get_byte(encrypted, 40) # 1)")]
    [TestCase("update encrypted_key set encrypted = '\\x01'")]
    public async Task A_changed_or_moved_key_is_not_used(string change)
    {
        var archive = await TestDatabase.CreateAsync();
        await using var service = await RunningService.StartAsync(archive);
        Protect(service, "a session");
        await using var database = NpgsqlDataSource.Create(archive);
        await using var connection = await database.OpenConnectionAsync();
        await connection.ExecuteAsync(change);

        Assert.Throws<CryptographicException>(
            () => service.Services.GetRequiredService<DataProtectionKeys>().GetAllElements());
    }

    private static Task<TimeSpan> LoggedAsync(RunningService service, string number) => Eventually.IsTrueAsync(
        number, () => Task.FromResult(service.Logs.Entries.Any(entry => entry.Contains(number))), TimeSpan.FromSeconds(30));

    private static Dictionary<string, string?> Keys(params string[] keys) =>
        keys.Select((key, place) => (Key: $"KeyEncryption:Keys:{place}", Value: (string?)key)).ToDictionary(one => one.Key, one => one.Value);

    private static string Protect(RunningService service, string text) => Protector(service).Protect(text);

    private static string Unprotect(RunningService service, string text) => Protector(service).Unprotect(text);

    private static IDataProtector Protector(RunningService service) =>
        service.Services.GetRequiredService<IDataProtectionProvider>().CreateProtector("tests");

    private static async Task<List<byte[]>> KeysAsync(string archive)
    {
        await using var database = NpgsqlDataSource.Create(archive);
        await using var connection = await database.OpenConnectionAsync();
        return [.. await connection.QueryAsync<byte[]>("select encrypted from encrypted_key order by key_number")];
    }
}
