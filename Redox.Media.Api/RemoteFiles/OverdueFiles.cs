using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.RemoteFiles;

namespace Redox.Media.Api.RemoteFiles;

/// <summary>
/// Remote files that could not be fetched for longer than <c>RemoteFiles:WarnAfter</c>, for one member of staff. What is listed or
/// done leaves its audit row before the call returns.
/// </summary>
internal sealed class OverdueFiles(
    IRemoteFileStore store, RemoteFileRules rules, LastKnownGood<RemoteFileSettings> settings, AccessAudit audit, TimeProvider time)
{
    /// <summary>Rows of the list. There are few: each is a fault of a host.</summary>
    private const int MaxRows = 200;

    public async Task<OverdueFileList> ListAsync(HttpContext context, CancellationToken cancellation)
    {
        var list = await FindAsync(context, cancellation);
        await audit.RecordAsync(context, audit.Request(context), AuditOutcome.Success);
        return list;
    }

    /// <summary>The list, without an audit row.</summary>
    public async Task<OverdueFileList> FindAsync(HttpContext context, CancellationToken cancellation)
    {
        var now = time.GetUtcNow();
        var found = await store.FindOverdueAsync(
            now - settings.Value.WarnAfter, context.Staff().VisibleSources, MaxRows + 1, cancellation);
        return new OverdueFileList(now, [.. found.Take(MaxRows)], found.Count > MaxRows);
    }

    /// <summary>Tries all files of a source and host again that are not stored; how many they are.</summary>
    public async Task<int> RetryAsync(HttpContext context, string source, string host, CancellationToken cancellation)
    {
        var request = audit.Request(context, host);
        if (context.Staff().VisibleSources?.Contains(source) == false)
        {
            await audit.RecordAsync(context, request, AuditOutcome.NotFound);
            return 0;
        }

        var retried = await store.RetryAsync(
            source, host, time.GetUtcNow(), audit.Row(context, request, AuditOutcome.Success) with { Detail = "remote files" },
            cancellation);
        if (retried > 0)
        {
            rules.Wake();
        }

        return retried;
    }
}

/// <summary>The list.</summary>
/// <param name="At">As of when.</param>
/// <param name="Files">The ones that wait longest first.</param>
/// <param name="HasMore">Whether there are more rows than the list has.</param>
public sealed record OverdueFileList(DateTimeOffset At, IReadOnlyList<OverdueRemoteFiles> Files, bool HasMore);
