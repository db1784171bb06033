using System.ComponentModel.DataAnnotations;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>RemoteFiles</c>: files at other hosts to which messages refer, and which the service fetches.</summary>
public sealed record RemoteFileSettings
{
    public const string Section = "RemoteFiles";

    /// <summary>The hosts from which files are fetched. Default none: queries return the address that the message has.</summary>
    public IList<RemoteFileHost> Hosts { get; init; } = [];

    /// <summary>Largest file, in bytes. Default 30 MiB, as at Redox; 1 KiB to 700 MiB.</summary>
    [Range(1024, 700L * 1024 * 1024)]
    public long MaxFileBytes { get; init; } = 30 * 1024 * 1024;

    /// <summary>Files that an instance fetches at a time. Default 4; 1 to 32. A change takes effect after a restart.</summary>
    [Range(1, 32)]
    public int MaxConcurrent { get; init; } = 4;

    /// <summary>How long 256 KiB of a file may take to arrive. Default 1 minute; 1 second to 10 minutes.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00")]
    public TimeSpan SliceTimeout { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>
    /// After this time the work list for staff warns of a file that could not be fetched. Default 2 days; 1 minute to 30 days.
    /// </summary>
    [Range(typeof(TimeSpan), "00:01:00", "30.00:00:00")]
    public TimeSpan WarnAfter { get; init; } = TimeSpan.FromDays(2);

    /// <summary>
    /// After this time a file is not tried again until staff ask for it or a message names it again. Default 30 days; 1 hour to 1 year.
    /// </summary>
    [Range(typeof(TimeSpan), "01:00:00", "365.00:00:00")]
    public TimeSpan GiveUpAfter { get; init; } = TimeSpan.FromDays(30);
}

/// <summary>A host in <c>RemoteFiles:Hosts</c>.</summary>
public sealed record RemoteFileHost
{
    /// <summary>Means every source in <see cref="Sources"/>.</summary>
    public const string AllSources = "*";

    /// <summary>Its name, with the port unless it is 443: <c>blob.redoxengine.com</c>. Only https is used. Unique.</summary>
    public string Host { get; init; } = "";

    /// <summary>Sent to it as bearer token. Default none.</summary>
    public string? Token { get; init; }

    /// <summary>
    /// The sources whose messages may name files at the host, <c>*</c> for all. Default: all that the Redox engine delivers and none of
    /// clients, because the token would fetch for a client what it may not see.
    /// </summary>
    public IList<string> Sources { get; init; } = [];

    /// <summary>Whether a file is fetched that a message of this source names.</summary>
    /// <param name="caller">Who sent it. Staff have released it.</param>
    public bool Allows(Caller caller, string source) =>
        Sources.Count == 0 ? caller is not Caller.Client : Sources.Contains(AllSources) || Sources.Contains(source);
}
