using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.RemoteFiles;

/// <summary>From which hosts files are fetched, and for whom.</summary>
public interface IRemoteFileRules
{
    /// <summary>Whether the file is fetched that a message of this caller and source refers to.</summary>
    bool Allows(RemoteFileReference reference, Caller caller, string source);

    /// <summary>There is a new file to fetch: it is taken at once.</summary>
    void Wake();
}

/// <summary>Nothing is fetched.</summary>
internal sealed class NoRemoteFiles : IRemoteFileRules
{
    public bool Allows(RemoteFileReference reference, Caller caller, string source) => false;

    public void Wake()
    {
        // There is no worker.
    }
}
