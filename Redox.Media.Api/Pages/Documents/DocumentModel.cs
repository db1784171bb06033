using Redox.Media.Api.Pages.Layout;
using Redox.Media.Api.Pages.Messages;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>The page of one document.</summary>
/// <param name="Document">The document, with what staff did.</param>
/// <param name="Accesses">The last accesses to it, newest first.</param>
public sealed record DocumentModel(DocumentHistory Document, IReadOnlyList<RecordedEvent> Accesses)
{
    /// <summary>A page of its versions, and its chain of replacements; null when they cannot be read.</summary>
    public DocumentChanges? Changes { get; init; }

    public bool IsFirstPage { get; init; } = true;

    /// <summary>The message with the current file; null when there is none, or its delivery is not there.</summary>
    public MessageModel? Message { get; init; }

    /// <summary>Null for a document that is not current.</summary>
    public DocumentPatient? Patient { get; init; }

    /// <summary>Whether values of messages are shown.</summary>
    public bool IsRevealed { get; init; }

    /// <summary>The correction that led here, if it is still the last.</summary>
    public DocumentCorrection? Done { get; init; }

    public bool IsMoved => Patient?.IsMoved == true;

    /// <summary>The last act of hiding; null for a document that is not hidden.</summary>
    public DocumentCorrection? Hiding => Document.Hidden ? Document.Corrections.LastOrDefault(one => one.Act == "hide") : null;

    /// <summary>The last move; null for a document that was not moved, or back.</summary>
    public DocumentCorrection? Move => IsMoved ? Document.Corrections.LastOrDefault(one => one.Act == "move") : null;

    /// <summary>The documents that it replaced itself.</summary>
    public IReadOnlyList<ChainDocument> Replaced =>
        [.. Changes?.Before.Where(one => one.ReplacedBy == Document.DocumentId) ?? []];

    /// <summary>The address of a page about this document.</summary>
    public string Of(string page) => DocumentAddress.Of(page, Document.Source, Document.DocumentId, Document.Test);
}

/// <summary>How the pages write names and reasons of corrections.</summary>
internal static class CorrectionWords
{
    public static string Staff(string staff) =>
        staff.StartsWith("staff:", StringComparison.Ordinal) ? staff["staff:".Length..] : staff;

    /// <summary>What an act did.</summary>
    public static string Done(string act) => act switch
    {
        "hide" => "hidden",
        "unhide" => "shown again",
        _ => "moved to another patient",
    };
}
