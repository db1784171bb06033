namespace Redox.Media.Core.Parsing;

/// <summary>In what form a message carries its file.</summary>
public enum FileEncoding
{
    /// <summary>There is no such member, or its value is not a string.</summary>
    Absent,

    /// <summary>Base64 that was decoded; an empty string is content of no bytes.</summary>
    Base64,

    /// <summary>An http or https URI, left in the envelope.</summary>
    Reference,

    /// <summary>A string that is neither, or one that the body breaks off in.</summary>
    Undecodable,
}
