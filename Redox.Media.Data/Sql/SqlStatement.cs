using System.Text.RegularExpressions;
using Npgsql;

namespace Redox.Media.Data.Sql;

/// <summary>A statement from <c>Sql/*.sql</c>. The files name their parameters with <c>@</c>.</summary>
internal sealed partial class SqlStatement
{
    // Npgsql reads the text for each execution, so comments are removed once.
    private SqlStatement(string text) => Text = Comment().Replace(text, "");

    public string Text { get; }

    /// <summary>
    /// Reads <c>Sql/{name}.sql</c> from the assembly. A line <c>\ir Other.sql</c> includes that file, as it does in psql.
    /// </summary>
    public static SqlStatement Read(string name) => new(ReadFile(name + ".sql"));

    /// <summary>
    /// Makes the command. The parameter objects are new for each command, because Npgsql does not let two commands share one: a statement
    /// that is repeated would fail.
    /// </summary>
    public NpgsqlBatchCommand With(params ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        var command = new NpgsqlBatchCommand(Text);
        Fill(command.Parameters, parameters);
        return command;
    }

    /// <inheritdoc cref="With"/>
    public NpgsqlCommand On(NpgsqlConnection connection, params ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        var command = new NpgsqlCommand(Text, connection);
        Fill(command.Parameters, parameters);
        return command;
    }

    private static string ReadFile(string file)
    {
        using var stream = typeof(SqlStatement).Assembly.GetManifestResourceStream("Sql/" + file)
            ?? throw new InvalidOperationException($"Sql/{file} is not embedded.");
        using var reader = new StreamReader(stream);
        return Include().Replace(reader.ReadToEnd(), match => ReadFile(match.Groups["file"].Value));
    }

    private static void Fill(NpgsqlParameterCollection collection, ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        foreach (var (name, value) in parameters)
        {
            collection.Add(value.ToParameter(name));
        }
    }

    [GeneratedRegex(@"^\\ir (?<file>\w+\.sql)$", RegexOptions.Multiline)]
    private static partial Regex Include();

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();
}
