namespace Redox.Media.Tests.Soak.Support;

/// <summary>What an unfair client does.</summary>
[Flags]
internal enum UnfairParts
{
    /// <summary>Bodies of 60 MiB at 9 KB a second, with and without a scope, and 256 small bodies that do not end.</summary>
    Uploads = 1,

    /// <summary>Searches with thousands of criteria. Limited by the work on readers.</summary>
    Searches = 2,

    /// <summary>Files that are read at 30 KB a second. Limited by the work on readers.</summary>
    Readers = 4,

    /// <summary>As many queries as the connection carries. Limited by the work on readers.</summary>
    Rate = 8,

    /// <summary>1,100 idle connections. Limited by the work on readers.</summary>
    Connections = 16,

    /// <summary>Six files of 22 MB at once, again and again.</summary>
    Files = 32,

    /// <summary>Bodies that are rejected, of its own source and of others.</summary>
    Rejected = 64,

    /// <summary>What the byte budget and the storing of rejected bodies limit.</summary>
    Intake = Uploads | Files | Rejected,

    All = Intake | Searches | Readers | Rate | Connections,
}
