using System.Text.RegularExpressions;
using Npgsql;

namespace Redox.Media.Data.Sql;

/// <summary>
/// A statement from <c>Sql/*.sql</c>. The files name their parameters; PostgreSQL numbers them. Npgsql would translate the text anew
/// for each execution, so it is done here, once.
/// </summary>
internal sealed partial class SqlStatement
{
    private readonly string[] _names;

    private SqlStatement(string text)
    {
        var names = new List<string>();
        Text = Parameter().Replace(Comment().Replace(text, ""), match =>
        {
            var name = match.Groups["name"].Value;
            var place = names.IndexOf(name);
            if (place < 0)
            {
                names.Add(name);
                place = names.Count - 1;
            }

            return "$" + (place + 1).ToString(System.Globalization.CultureInfo.InvariantCulture);
        });
        _names = [.. names];
    }

    /// <summary>The statement with numbered parameters.</summary>
    public string Text { get; }

    /// <summary>
    /// Reads <c>Sql/{name}.sql</c> from the assembly. A line <c>\ir Other.sql</c> includes that file, as it does in psql.
    /// </summary>
    public static SqlStatement Read(string name) => new(ReadFile(name + ".sql"));

    /// <summary>
    /// Makes the command; every named parameter must be given, and no other. The parameter objects are new for each command, because Npgsql
    /// does not let two commands share one: a statement that is repeated would fail.
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

    private void Fill(NpgsqlParameterCollection collection, ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        if (parameters.Length != _names.Length)
        {
            throw new InvalidOperationException($"{_names.Length} parameters are named, {parameters.Length} given.");
        }

        foreach (var name in _names)
        {
            collection.Add(Find(name, parameters).ToParameter());
        }
    }

    private static SqlValue Find(string name, ReadOnlySpan<(string Name, SqlValue Value)> parameters)
    {
        foreach (var (given, value) in parameters)
        {
            if (string.Equals(given, name, StringComparison.Ordinal))
            {
                return value;
            }
        }

        throw new InvalidOperationException($"The parameter @{name} is not given.");
    }

    [GeneratedRegex(@"(?<!@)@(?<name>[a-z][a-z0-9_]*)")]
    private static partial Regex Parameter();

    [GeneratedRegex(@"^\\ir (?<file>\w+\.sql)$", RegexOptions.Multiline)]
    private static partial Regex Include();

    [GeneratedRegex(@"--[^\n]*")]
    private static partial Regex Comment();
}
