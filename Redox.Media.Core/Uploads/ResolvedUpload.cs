using Redox.Media.Core.Fhir;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Uploads;

/// <summary>What became of a reference to an upload.</summary>
public enum ResolvedUploadState
{
    /// <summary>The message has its file.</summary>
    Inlined,

    /// <summary>The upload was brought by the same message before.</summary>
    Repeated,

    /// <summary>There is no such upload for this client and message.</summary>
    Unusable,

    /// <summary>There is no memory for the file now.</summary>
    Overloaded,
}

/// <summary>The message with its file, to be disposed after its delivery.</summary>
/// <param name="State">How it ended.</param>
/// <param name="Claim">What the store needs to claim the upload; null when it cannot be used.</param>
public sealed record ResolvedUpload(ResolvedUploadState State, UploadClaim? Claim) : IDisposable
{
    public static ResolvedUpload Unusable { get; } = new(ResolvedUploadState.Unusable, null);

    /// <summary>Null unless inlined.</summary>
    public ParsedMessage? Message { get; init; }

    /// <summary>The memory of the message.</summary>
    public ByteBudget.Reservation? Reservation { get; init; }

    /// <summary>The version that the message made when it came first; null unless repeated.</summary>
    public MediaKey? Claimed { get; init; }

    public void Dispose()
    {
        Message?.Dispose();
        Reservation?.Dispose();
    }
}
