using System.ComponentModel.DataAnnotations;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Query</c>: how large and how late an answer may be.</summary>
public sealed class QuerySettings
{
    public const string Section = "Query";

    /// <summary>
    /// Bytes of content inlined in one answer; what does not fit comes without it and the answer says that it is incomplete. Default
    /// 30 MiB: the largest file that Redox takes for upload, whose base64 reaches the 40 MB of a Redox message; 0 to 1 GiB.
    /// </summary>
    [Range(0, 1024L * 1024 * 1024)]
    public long MaxContentBytes { get; init; } = 30 * 1024 * 1024;

    /// <summary>Longest time to an answer. Redox gives up 120 s after the original request, its own time included. Default 20 s; 1 to 90 s.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:01:30")]
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);
}
