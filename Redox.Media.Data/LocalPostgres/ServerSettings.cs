using System.Text;
using System.Text.RegularExpressions;

namespace Redox.Media.Data.LocalPostgres;

/// <summary>The text of postgresql.conf, which is rewritten at every start.</summary>
internal static partial class ServerSettings
{
    private static readonly (string Name, string Value)[] BuiltIn =
    [
        // Connections only by a socket in a folder that no other user can open.
        ("listen_addresses", ""),
        ("unix_socket_permissions", "0700"),
        ("max_connections", "100"),

        // A 200 is sent after the commit, which must survive a power failure.
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("synchronous_commit", "on"),

        // A private cluster is not replicated: the minimum of WAL that crash recovery needs.
        ("wal_level", "minimal"),
        ("max_wal_senders", "0"),
        ("min_wal_size", "256MB"),
        ("max_wal_size", "4GB"),
        ("checkpoint_timeout", "15min"),

        // A small machine that also runs the service. The statements touch a few rows: compiling or parallelising them
        // costs more than it saves, and workers need more /dev/shm than a container has (64 MB).
        ("shared_buffers", "256MB"),
        ("work_mem", "8MB"),
        ("maintenance_work_mem", "128MB"),
        ("random_page_cost", "1.1"),
        ("jit", "off"),
        ("max_parallel_workers_per_gather", "0"),

        // A statement's text, parameters, errors and their details can contain patient data. "log" is one level above "error",
        // so that errors of statements are sent to the client only.
        ("logging_collector", "off"),
        ("log_destination", "stderr"),
        ("log_min_messages", "log"),
        ("log_min_error_statement", "panic"),
        ("log_min_duration_statement", "-1"),
        ("log_statement", "none"),
        ("log_parameter_max_length", "0"),
        ("log_parameter_max_length_on_error", "0"),
        ("log_error_verbosity", "terse"),
        ("log_lock_waits", "off"),
        ("log_line_prefix", "%m [%p] "),

        ("lc_messages", "C"),
        ("datestyle", "ISO, YMD"),
        ("timezone", "UTC"),
        ("log_timezone", "UTC"),
    ];

    /// <summary>The built-in settings with the given ones after them: of two the last counts.</summary>
    public static string Text(IReadOnlyDictionary<string, string> settings)
    {
        var text = new StringBuilder("# Written by Redox.Media at every start: changes are lost.\n");
        foreach (var (name, value) in BuiltIn)
        {
            Append(text, name, value);
        }

        foreach (var (name, value) in settings)
        {
            Append(text, name, value);
        }

        return text.ToString();
    }

    private static void Append(StringBuilder text, string name, string value)
    {
        if (!NamePattern().IsMatch(name) || value.Contains('\n', StringComparison.Ordinal))
        {
            throw new LocalPostgresException(
                $"{name} is not a PostgreSQL setting of one line: correct the settings of the private cluster.");
        }

        text.Append(name).Append(" = '")
            .Append(value.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal))
            .Append("'\n");
    }

    [GeneratedRegex(@"^[A-Za-z_][A-Za-z0-9_.]*\z")]
    private static partial Regex NamePattern();
}
