using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using Npgsql;
using NUnit.Framework;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Api.Hosting;

/// <summary>
/// An environment that the operator can correct ends the program with one line and exit code 1, and one that it can live with does not end
/// it.
/// </summary>
[TestFixture, Category("Slow"), Category("Database")]
[Platform("Linux")]
public sealed class OddEnvironmentTests
{
    private const string Start = "Redox.Media cannot start: ";

    /// <summary>Each ends the program; the text is a part of the line.</summary>
    private static readonly (string Keywords, string Text)[] Connections =
    [
        ("Multiplexing=true", "Multiplexing"), ("Read Buffer Size=1", "Read Buffer Size"), ("Write Buffer Size=1", "Write Buffer Size"),
        ("Minimum Pool Size=200", "ConnectionStrings:Media"), ("Root Certificate=/nonexistent;Encoding=klingon", "ConnectionStrings:Media"),
    ];

    private static readonly string[] Addresses =
    [
        "foo", "http://", "127.0.0.1:5080", "http://127.0.0.1:99999", "http://127.0.0.1:-1", "http://127.0.0.1:x", "ftp://127.0.0.1:0",
        "https://127.0.0.1:0", "http://127.0.0.1:0/path", "http://192.0.2.7:5080", "http://unix:/nonexistent/folder/socket",
        "http://pipe:/x",
        ";", "http://[::1:0", "http://127.0.0.1:80:90", "http://localhost:0", "http://a host:5080",
    ];

    [Test]
    public async Task A_connection_string_that_cannot_be_used_is_one_line()
    {
        var faults = new List<string>();
        foreach (var (keywords, text) in Connections)
        {
            var connection = await DatabaseAsync() + ";" + keywords;
            await ExpectOneLineAsync(keywords, text, faults, ("ConnectionStrings:Media", connection));
        }

        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task An_address_that_cannot_be_listened_on_is_one_line()
    {
        var faults = new List<string>();
        var home = Directory.CreateDirectory(TestDatabase.NewFolder()).FullName; // of a user without a development certificate
        foreach (var address in Addresses)
        {
            await ExpectOneLineAsync(
                address, "", faults, ("ConnectionStrings:Media", await DatabaseAsync()), ("ASPNETCORE_URLS", address), ("HOME", home));
        }

        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        await ExpectOneLineAsync(
            "a taken port", "address already in use", faults, ("ConnectionStrings:Media", await DatabaseAsync()),
            ("ASPNETCORE_URLS", $"http://{taken.LocalEndpoint}"));
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task Settings_that_are_not_JSON_are_one_line()
    {
        var folder = Directory.CreateDirectory(TestDatabase.NewFolder()).FullName;
        await File.WriteAllTextAsync(Path.Combine(folder, "appsettings.json"), "{ \"Redox\": secret");
        var faults = new List<string>();
        await ExpectOneLineAsync("not JSON", "appsettings.json", faults, ("ASPNETCORE_CONTENTROOT", folder));
        Assert.That(faults, Is.Empty);
    }

    [Test]
    public async Task A_role_without_rights_in_the_database_waits_until_the_owner_has_migrated()
    {
        var connection = await TestDatabase.CreateEmptyAsync();
        var role = "odd_" + Guid.NewGuid().ToString("N");
        await ExecuteAsync(connection, $"revoke all on schema public from public; create role {role}");
        connection += $";SSL Mode=Prefer;Options=-c role={role}";
        foreach (var right in new[] { "", $"; grant usage on schema public to {role}" })
        {
            await ExecuteAsync(connection, "set role none" + right);
            await using var program = ProgramProcess.Start(Settings(("ConnectionStrings:Media", connection)));
            using var http = await program.ListenAsync();
            Assert.That(
                await (await http.GetAsync(new Uri("/health/ready", UriKind.Relative))).Content.ReadAsStringAsync(),
                Does.Contain("the database is not migrated to this version: run \\\"Redox.Media.Api migrate"));
        }

        await ExecuteAsync(connection, $"set role none; drop owned by {role}; drop role {role}");
    }

    [Test]
    public async Task A_database_that_turns_out_unusable_later_ends_the_program_with_one_line()
    {
        var settings = new NpgsqlConnectionStringBuilder(await DatabaseAsync());
        var name = "odd_" + Guid.NewGuid().ToString("N");
        var later = new NpgsqlConnectionStringBuilder(settings.ConnectionString) { Database = name };
        await using var program = ProgramProcess.Start(Settings(("ConnectionStrings:Media", later.ConnectionString)));
        using var http = await program.ListenAsync();

        await ExecuteAsync(
            settings.ConnectionString,
            $"create database {name} template template0 encoding 'SQL_ASCII' lc_collate 'C' lc_ctype 'C'");
        var code = await program.EndAsync();
        await ExecuteAsync(settings.ConnectionString, $"drop database {name} with (force)");

        Assert.That(code, Is.EqualTo(1));
        Assert.That(program.Errors, Has.Exactly(1).Matches<string>(line => line.Contains("must be UTF8")));
        Assert.That(program.Errors.Concat(program.Output), Has.None.Contain("   at "));
    }

    [Test]
    public async Task Without_inotify_instances_it_starts_and_polls_its_settings()
    {
        await RequireUserNamespacesAsync();
        const string Added = "a-token-that-is-added-later";
        var folder = Directory.CreateDirectory(TestDatabase.NewFolder()).FullName;
        var file = Path.Combine(folder, "appsettings.json");
        await File.WriteAllTextAsync(file, "{}");
        string[] limited =
        [
            "unshare", "--user", "--map-root-user", "sh", "-c", "echo 0 > /proc/sys/user/max_inotify_instances && exec \"$@\"", "sh",
        ];
        await using var program = ProgramProcess.Start(
            Settings(
                ("ConnectionStrings:Media", "Host=127.0.0.1;Port=1;Username=nobody;SSL Mode=Disable"), ("ASPNETCORE_CONTENTROOT", folder)),
            limited);
        using var http = await program.ListenAsync();
        Assert.That(await ChallengeAsync(http, ProgramProcess.EngineToken), Is.EqualTo(HttpStatusCode.OK));
        Assert.That(await ChallengeAsync(http, Added), Is.EqualTo(HttpStatusCode.Unauthorized));

        await File.WriteAllTextAsync(file + ".new", $$"""{ "Redox": { "VerificationTokens": { "1": "{{Added}}" } } }""");
        File.Move(file + ".new", file, overwrite: true);

        await Eventually.IsTrueAsync(
            "the settings are read again", async () => await ChallengeAsync(http, Added) == HttpStatusCode.OK, TimeSpan.FromSeconds(30));
        Assert.That(program.Output, Has.Some.Contain("\"EventId\":1811"));
    }

    [Test]
    public async Task A_database_that_is_read_only_at_first_becomes_ready_when_it_can_be_written()
    {
        var connection = await TestDatabase.CreateEmptyAsync();
        var name = new NpgsqlConnectionStringBuilder(connection).Database;
        await ExecuteAsync(connection, $"alter database {name} set default_transaction_read_only = on");

        // One session: a second one, which begins later, can be written to and would hide that the first one cannot.
        await using var service = await RunningService.StartAsync(connection + ";Maximum Pool Size=1");
        Assert.That((await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Status, Is.EqualTo(503));

        await ExecuteAsync(
            connection, $"set default_transaction_read_only = off; alter database {name} reset default_transaction_read_only");

        await Eventually.IsTrueAsync(
            "the service is ready",
            async () => (await service.SendAsync(new HttpRequestMessage(HttpMethod.Get, "/health/ready"))).Status == 200,
            TimeSpan.FromSeconds(30));
        Assert.That(await service.ApplyAsync(Message.New(Message.NewSource(), Message.NewDocumentId())), Is.EqualTo("created"));
    }

    // A build server must have what the test needs.
    private static async Task RequireUserNamespacesAsync()
    {
        using var unshare = Process.Start("unshare", "--user --map-root-user true");
        await unshare.WaitForExitAsync();
        if (unshare.ExitCode != 0 && Environment.GetEnvironmentVariable("CI") != "true")
        {
            Assert.Ignore("A user namespace cannot be made here.");
        }
    }

    // A server that the tests were given may have no TLS.
    private static async Task<string> DatabaseAsync() => await TestDatabase.SharedAsync() + ";SSL Mode=Prefer";

    private static async Task ExpectOneLineAsync(
        string what, string text, List<string> faults, params (string Key, string Value)[] settings)
    {
        await using var program = ProgramProcess.Start(Settings(settings));
        int? code = null;
        try
        {
            code = await program.EndAsync();
        }
        catch (OperationCanceledException)
        {
            faults.Add($"{what}: it runs, {program.Address}");
            return;
        }

        string[] errors = [.. program.Errors];
        var isOneLine = code == 1 && errors is [var line] && line.StartsWith(Start, StringComparison.Ordinal)
            && line.Contains(text, StringComparison.Ordinal);
        if (!isOneLine || errors.Concat(program.Output).Any(written => written.Contains("   at ", StringComparison.Ordinal)))
        {
            faults.Add($"{what}: {code} {string.Join('|', errors)[..Math.Min(200, string.Join('|', errors).Length)]}");
        }
    }

    private static Dictionary<string, string> Settings(params (string Key, string Value)[] settings) =>
        settings.ToDictionary(setting => setting.Key, setting => setting.Value);

    private static async Task<HttpStatusCode> ChallengeAsync(HttpClient http, string token)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/?challenge=x");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        using var response = await http.SendAsync(request);
        return response.StatusCode;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        var unpooled = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false };
        await using var connection = new NpgsqlConnection(unpooled.ConnectionString);
        await connection.OpenAsync();
        foreach (var statement in sql.Split(';'))
        {
            await using var command = new NpgsqlCommand(statement, connection);
            await command.ExecuteNonQueryAsync();
        }
    }
}
