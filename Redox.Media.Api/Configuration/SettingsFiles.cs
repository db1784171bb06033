using Microsoft.Extensions.Configuration.Json;
using Redox.Media.Api.Hosting;

namespace Redox.Media.Api.Configuration;

/// <summary>The files that settings are read from, and how their changes are noticed.</summary>
internal static class SettingsFiles
{
    /// <summary>Environment variable: a folder with a file for each setting, whose name is the key with <c>__</c> for <c>:</c>.</summary>
    public const string DirectoryVariable = "REDOX_MEDIA_SETTINGS_DIRECTORY";

    /// <summary>The variable by which .NET polls files instead of having the kernel report their changes.</summary>
    public const string PollingVariable = "DOTNET_USE_POLLING_FILE_WATCHER";

    /// <summary>
    /// Has files that are links looked at every four seconds, instead of being notified by the system: a volume that Kubernetes mounts
    /// changes by a link beside them, of which no notification names the file. Must be called before a host is built.
    /// </summary>
    public static void UsePollingForLinks(string contentRoot)
    {
        if (string.IsNullOrEmpty(Environment.GetEnvironmentVariable(PollingVariable))
            && (!string.IsNullOrEmpty(Environment.GetEnvironmentVariable(DirectoryVariable)) || HasLinks(new DirectoryInfo(contentRoot))))
        {
            Environment.SetEnvironmentVariable(PollingVariable, "1");
        }
    }

    /// <summary>Adds the folder of <see cref="DirectoryVariable"/>; a settings file that is not JSON keeps its last content.</summary>
    public static void AddSettingsFiles(this WebApplicationBuilder builder)
    {
        var sources = ((IConfigurationBuilder)builder.Configuration).Sources;
        for (var i = 0; i < sources.Count; i++)
        {
            if (sources[i] is JsonConfigurationSource file and not SettingsFileSource)
            {
                sources[i] = new SettingsFileSource
                {
                    FileProvider = file.FileProvider, Path = file.Path!, Optional = file.Optional, ReloadOnChange = file.ReloadOnChange,
                };
            }
        }

        if (builder.Configuration[DirectoryVariable] is not { Length: > 0 } directory)
        {
            return;
        }

        if (!Directory.Exists(directory))
        {
            throw new StartupFailure($"{DirectoryVariable} is not a folder that can be read.");
        }

        builder.Configuration.AddKeyPerFile(Path.GetFullPath(directory), optional: false, reloadOnChange: true);
    }

    private static bool HasLinks(DirectoryInfo folder) =>
        folder.LinkTarget is not null
        || (folder.Exists && folder.EnumerateFiles("appsettings*.json").Any(file => file.LinkTarget is not null));
}

internal sealed class SettingsFileSource : JsonConfigurationSource
{
    public override IConfigurationProvider Build(IConfigurationBuilder builder)
    {
        EnsureDefaults(builder);
        return new SettingsFileProvider(this);
    }
}

/// <summary>A settings file. When a changed one is not JSON, its last content counts: the framework would empty it.</summary>
internal sealed class SettingsFileProvider(SettingsFileSource source) : JsonConfigurationProvider(source)
{
    private bool _isLoaded;

    /// <summary>What is wrong with the file as it is now.</summary>
    public string? Problem { get; private set; }

    public override void Load(Stream stream)
    {
        try
        {
            base.Load(stream);
            (_isLoaded, Problem) = (true, null);
        }
        catch (FormatException) when (_isLoaded)
        {
            Problem = "it is not JSON, or names a key twice"; // the exception's message may quote the file
        }
    }
}
