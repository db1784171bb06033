using System.Text.RegularExpressions;
using Npgsql;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data;

/// <summary>
/// The settings of every session, sent as start-up options, and the check that they are in force: a pooler may drop the options, and a
/// server or a role may have other settings (docs/decisions/0010).
/// </summary>
internal sealed partial class SessionSettings
{
    private const string SynchronousCommit = "synchronous_commit";

    /// <summary>Of all sessions.</summary>
    private static readonly Setting[] Common =
    [
        // ApplyEvents.sql needs a snapshot of its own, taken after LockDocuments.sql has acquired the locks. Under a stricter level the
        // snapshot would be older than the locks, and transactions would fail with serialization errors.
        new("default_transaction_isolation", "read committed"),

        // A transaction between two statements ends if its instance has stopped.
        new("idle_in_transaction_session_timeout", "20s"),

        // A statement, or its wait for a lock, ends if its connection has ended.
        new("client_connection_check_interval", "5s"),

        // A connection to a host that has vanished ends after 10 s + 3 probes of 5 s, or 30 s after it did not acknowledge what was sent
        // to it. In seconds, and milliseconds; 0 in a session over a Unix socket.
        new("tcp_keepalives_idle", "10", "0"),
        new("tcp_keepalives_interval", "5", "0"),
        new("tcp_keepalives_count", "3", "0"),
        new("tcp_user_timeout", "30000", "0"),
    ];

    private readonly Setting[] _checked;
    private readonly string _planner;

    private SessionSettings(string planner, params Setting[] own) => (_planner, _checked) = (planner, [.. Common, .. own]);

    /// <summary>
    /// For deliveries, queries and look-ups. Every statement finds its rows by an index, regardless of the sizes of the tables when it was
    /// planned: a plan with a sequential scan would be kept while the table grows. Just-in-time compilation takes longer than these
    /// statements run.
    /// </summary>
    public static SessionSettings Standard { get; } = new(
        "-c enable_seqscan=off -c enable_hashjoin=off -c enable_mergejoin=off -c jit=off -c plan_cache_mode=force_generic_plan",

        // A response follows a commit that is on disk, or that the standby's queries see: never less.
        new Setting(SynchronousCommit, "on", "remote_apply"),

        // The warning of a commit that did not wait for its standby must arrive (WatchedConnection).
        new Setting("client_min_messages", "warning", "notice"));

    /// <summary>
    /// For the pages and overviews of the support console (<see cref="ConsoleDatabase"/>), which read many rows: the planner chooses, for
    /// the values of each execution. Nothing is written, and no statement takes long. The groups of an overview of a month fit into
    /// work_mem; with the server's default of 4 MB they were sorted on disk.
    /// </summary>
    public static SessionSettings Console { get; } = new(
        "-c jit=off -c plan_cache_mode=force_custom_plan -c work_mem=16MB",
        new Setting("default_transaction_read_only", "on"),
        new Setting("statement_timeout", "8s"));

    /// <summary>The operator's start-up options and ours, which win.</summary>
    public string OptionsWith(string? operators)
    {
        var isApplied = RemoteApply().IsMatch(operators ?? "");
        var ours = _checked.Select(setting =>
        {
            var value = isApplied && setting.Name == SynchronousCommit ? setting.Other! : setting.Value;
            return $"-c {setting.Name}={value.Replace(" ", @"\ ", StringComparison.Ordinal)}";
        });
        return string.Join(' ', ((string[])[operators ?? "", .. ours, _planner]).Where(text => text.Length > 0));
    }

    /// <summary>Checks a new connection, once.</summary>
    /// <exception cref="SessionSettingsException">A setting is not in force.</exception>
    public void Check(NpgsqlConnection connection)
    {
        using var command = Command(connection);
        using var reader = command.ExecuteReader();
        while (reader.Read())
        {
            Check(reader);
        }
    }

    /// <inheritdoc cref="Check(NpgsqlConnection)"/>
    public async Task CheckAsync(NpgsqlConnection connection)
    {
        await using var command = Command(connection);
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            Check(reader);
        }
    }

    private NpgsqlCommand Command(NpgsqlConnection connection) =>
        Statements.ReadSessionSettings.On(connection, ("names", Parameter.Texts(_checked.Select(setting => setting.Name))));

    private void Check(NpgsqlDataReader reader)
    {
        var (name, value) = (reader.GetString(0), reader.GetString(1));
        var expected = _checked.Single(setting => setting.Name == name);
        if (value != expected.Value && value != expected.Other)
        {
            throw new SessionSettingsException(
                $"{name} is \"{value}\" in a new session and not \"{expected.Value}\": a pooler must pass on the start-up options");
        }
    }

    [GeneratedRegex(@"\bsynchronous_commit=remote_apply\b")]
    private static partial Regex RemoteApply();

    /// <param name="Value">As current_setting returns it.</param>
    /// <param name="Other">Another value that is accepted.</param>
    private sealed record Setting(string Name, string Value, string? Other = null);
}

/// <summary>A session setting is not in force. The message names it.</summary>
internal sealed class SessionSettingsException(string message) : Exception(message);
