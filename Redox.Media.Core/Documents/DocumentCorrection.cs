using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>What staff did with a misfiled document, as the history of the document has it.</summary>
public sealed record DocumentCorrection
{
    /// <summary>Also the ID of the audit row and, of a move, of the version that it made.</summary>
    public required DeliveryId CorrectionId { get; init; }

    /// <summary>hide, unhide or move.</summary>
    public required string Act { get; init; }

    public required DateTimeOffset CorrectedAt { get; init; }

    public required string Staff { get; init; }

    public required string Reason { get; init; }

    /// <summary>The version that was current before; null if the document was not current.</summary>
    public DeliveryId? Version { get; init; }

    /// <summary>The version that a move made; null for the other acts.</summary>
    public DeliveryId? NewVersion { get; init; }
}
