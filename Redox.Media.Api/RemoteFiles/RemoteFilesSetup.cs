using Redox.Media.Core.RemoteFiles;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>Files at other hosts to which messages refer: which are fetched, and the worker that does it.</summary>
internal static class RemoteFilesSetup
{
    public static void AddRemoteFiles(this IServiceCollection services)
    {
        services.AddSingleton<RemoteFileRules>();
        services.AddSingleton<IRemoteFileRules>(provider => provider.GetRequiredService<RemoteFileRules>());
        services.AddSingleton<RemoteFileFetcher>();
        services.AddSingleton<OverdueFiles>();
        services.AddHostedService<RemoteFileWorker>();
    }
}
