using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.RemoteFiles;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>The hosts of <see cref="RemoteFileSettings"/>: a changed one takes effect without a restart.</summary>
internal sealed class RemoteFileRules(LastKnownGood<RemoteFileSettings> settings) : IRemoteFileRules, IDisposable
{
    /// <summary>At most one for each file that is fetched at a time: whoever has fetched one looks for the next by itself.</summary>
    private const int MaxNew = 32;

    private readonly SemaphoreSlim _new = new(0, MaxNew);

    public IReadOnlyCollection<string> Hosts => [.. settings.Value.Hosts.Select(entry => entry.Host)];

    public RemoteFileHost? Find(string host) => settings.Value.Hosts.FirstOrDefault(entry => entry.Host == host);

    public bool Allows(RemoteFileReference reference, Caller caller, string source) =>
        Find(reference.Host)?.Allows(caller, source) == true;

    public void Wake()
    {
        try
        {
            _new.Release();
        }
        catch (SemaphoreFullException)
        {
            // Enough of them look for files.
        }
    }

    /// <summary>Waits for a new file, at most for a time.</summary>
    public async Task WaitAsync(TimeSpan interval, TimeProvider time, CancellationToken cancellation)
    {
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await Task.WhenAny(_new.WaitAsync(either.Token), Task.Delay(interval, time, either.Token));
        await either.CancelAsync();
        cancellation.ThrowIfCancellationRequested();
    }

    public void Dispose() => _new.Dispose();
}
