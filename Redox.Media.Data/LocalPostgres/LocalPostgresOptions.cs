namespace Redox.Media.Data.LocalPostgres;

/// <summary>The data folder and the settings of the private PostgreSQL cluster.</summary>
public sealed record LocalPostgresOptions
{
    /// <summary>
    /// The data folder. Default: <c>/var/lib/redox-media</c> for root, otherwise <c>$XDG_DATA_HOME/redox-media</c>
    /// (<c>~/.local/share/redox-media</c>). It must be missing, empty, or created by an earlier start.
    /// </summary>
    public string? DataDirectory { get; init; }

    /// <summary>
    /// PostgreSQL settings by name, in PostgreSQL's own notation and units; they win over the built-in ones. Ignored when the
    /// server of an earlier run is still running and is taken over. Default: none.
    /// </summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    internal string DataDirectoryOrDefault => DataDirectory ?? DefaultDataDirectory;

    private static string DefaultDataDirectory => Environment.IsPrivilegedProcess
        ? "/var/lib/redox-media"
        : Path.Combine(
            Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.DoNotVerify),
            "redox-media");
}
