using Microsoft.Extensions.DependencyInjection;
using NUnit.Framework;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Data;
using Redox.Media.Data.Resilience;
using Redox.Media.Tests.Soak.Support;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data;

[TestFixture, Category("Database")]
[Parallelizable(ParallelScope.All)]
public sealed class ConsoleDatabaseTests
{
    private const int MaxConnections = 2;

    [Test]
    public async Task The_console_may_scan_hash_and_sort_and_its_statements_are_planned_for_their_values()
    {
        await using var service = await RunningService.StartAsync();
        var console = service.Services.GetRequiredService<ConsoleDatabase>();
        string[] names =
        [
            "enable_seqscan", "enable_hashjoin", "enable_mergejoin", "enable_hashagg", "plan_cache_mode", "jit", "statement_timeout",
            "default_transaction_read_only",
        ];

        var values = new List<string?>();
        foreach (var name in names)
        {
            values.Add(await ReadAsync(console, "select current_setting('" + name + "')") as string);
        }

        Assert.That(values, Is.EqualTo(new[] { "on", "on", "on", "on", "force_custom_plan", "off", "8s", "on" }));
    }

    [Test]
    public async Task The_console_cannot_write()
    {
        await using var service = await RunningService.StartAsync();
        var console = service.Services.GetRequiredService<ConsoleDatabase>();

        var refused = Assert.CatchAsync(() => ReadAsync(console, "insert into rejected_bytes values (1, 'x', now(), 1)"))!;

        Assert.That(
            (refused.InnerException as PostgresException)?.SqlState, Is.EqualTo(PostgresErrorCodes.ReadOnlySqlTransaction));
    }

    [Test]
    public async Task A_statement_of_the_console_that_takes_too_long_ends_as_a_search_timeout()
    {
        await using var service = await RunningService.StartAsync();
        var console = service.Services.GetRequiredService<ConsoleDatabase>();

        Assert.That(
            () => ReadAsync(console, "set local statement_timeout = 20; select pg_sleep(60)"), Throws.TypeOf<SearchTimeoutException>());
    }

    [Test]
    public async Task Deliveries_are_received_while_the_console_uses_all_of_its_connections()
    {
        await using var service = await StartAsync(";Maximum Pool Size=1;Timeout=1");
        var console = service.Services.GetRequiredService<ConsoleDatabase>();
        var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        var begun = new CountdownEvent(MaxConnections);
        var reads = Enumerable.Range(0, MaxConnections).Select(_ => console.ReadAsync(
            (_, _) =>
            {
                begun.Signal();
                return end.Task;
            },
            CancellationToken.None)).ToArray();
        Assert.That(begun.Wait(TimeSpan.FromSeconds(30)));

        var delivered = await service.DeliverAsync(Message.New(Message.NewSource(), "D-1"));
        var refused = Assert.CatchAsync(() => ReadAsync(console, "select 1"));

        Assert.That(delivered.Status, Is.EqualTo(200));
        Assert.That(refused, Is.TypeOf<StoreUnavailableException>(), "one more would take a connection that is not the console's");
        end.SetResult(true);
        await Task.WhenAll(reads);
    }

    [Test]
    public async Task The_console_reads_while_deliveries_use_all_of_theirs()
    {
        await using var service = await StartAsync(";Maximum Pool Size=1;Timeout=1");
        var end = new TaskCompletionSource<bool>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var begun = new ManualResetEventSlim();
        var held = service.Services.GetRequiredService<DatabaseResilience>().RunAsync(
            (_, _, _) =>
            {
                begun.Set();
                return end.Task;
            },
            CancellationToken.None);
        Assert.That(begun.Wait(TimeSpan.FromSeconds(30)));

        var answer = await ReadAsync(service.Services.GetRequiredService<ConsoleDatabase>(), "select 1");

        Assert.That(answer, Is.EqualTo(1));
        end.SetResult(true);
        await held;
    }

    [Test]
    public async Task A_session_that_could_write_or_has_no_timeout_is_not_used()
    {
        await using var database = await SoakDatabase.StartAsync();
        await database.SetForNewSessionsAsync("idle_in_transaction_session_timeout", "20s");
        await database.SetForNewSessionsAsync("client_connection_check_interval", "5s");
        await using var pooler = new FaultProxy(database, dropsOptions: true);
        await using var service = await RunningService.StartAsync(pooler.ConnectionString);

        var refused = Assert.CatchAsync(
            () => ReadAsync(service.Services.GetRequiredService<ConsoleDatabase>(), "select 1"))!;

        Assert.That(refused.Message, Does.Contain("default_transaction_read_only"));
        Assert.That((await service.DeliverAsync(Message.New(Message.NewSource(), "x"))).Status, Is.EqualTo(200));
    }

    private static async Task<RunningService> StartAsync(string options) => await RunningService.StartAsync(
        await TestDatabase.CreateAsync() + options,
        new Dictionary<string, string?> { ["Console:MaxConnections"] = MaxConnections.ToString() });

    private static Task<object?> ReadAsync(ConsoleDatabase console, string sql) => console.ReadAsync(
        async (connection, token) =>
        {
            await using var transaction = await connection.BeginTransactionAsync(token);
            await using var command = new NpgsqlCommand(sql, connection);
            return await command.ExecuteScalarAsync(token);
        },
        CancellationToken.None);
}
