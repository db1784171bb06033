using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Documents;

/// <summary>What staff can do with a misfiled document: its page, and what the page says.</summary>
public sealed record CorrectionAct
{
    public required AuditAct Act { get; init; }

    public required string Address { get; init; }

    /// <summary>The policy of its pages.</summary>
    public required string Policy { get; init; }

    public required string Title { get; init; }

    /// <summary>The words of the button.</summary>
    public required string Button { get; init; }

    public required IReadOnlyList<string> Happens { get; init; }

    public required IReadOnlyList<string> Stays { get; init; }

    public static readonly CorrectionAct Hide = new()
    {
        Act = AuditAct.Hide,
        Address = PageAddresses.Documents + "/hide",
        Policy = Policies.Operate,
        Title = "Hide this document",
        Button = "Hide it",
        Happens =
        [
            "From the next query on only staff see it: no query, no search and no read finds it, and its file is refused.",
            "What its source sends later is applied and not shown. A message that replaces it is set aside for a person.",
        ],
        Stays =
        [
            "Nothing is lost: its versions, its files and its history stay. You can show it again at any time, from its page.",
            "What was sent before stays where it is; the audit says who has it.",
            "The same image under another DocumentID stays visible: hide that document too.",
        ],
    };

    public static readonly CorrectionAct Unhide = new()
    {
        Act = AuditAct.Unhide,
        Address = PageAddresses.Documents + "/unhide",
        Policy = Policies.Operate,
        Title = "Show this document again",
        Button = "Show it again",
        Happens = ["Queries, searches and reads find it again, as its events have left it."],
        Stays = ["Its history says that it was hidden, by whom and why. You can hide it again."],
    };

    public static readonly CorrectionAct Move = new()
    {
        Act = AuditAct.Move,
        Address = PageAddresses.Documents + "/move",
        Policy = Policies.OperateAndPhi,
        Title = "Move this document to another patient",
        Button = "Move it",
        Happens =
        [
            "The document becomes current for the patient whom you name: queries and reads name this patient.",
            "What its source sends later for the wrong patient, or for none, is set aside for a person.",
            "Of the message only Meta and Media remain; what else it says may be about the wrong patient.",
        ],
        Stays =
        [
            "The file, its name and its description are not changed. Look whether they name the wrong patient.",
            "The versions so far stay in its history, for staff only. You can move it back.",
        ],
    };

    public static readonly CorrectionAct MoveBack = Move with
    {
        Title = "Move this document back",
        Button = "Move it back",
        Happens = ["The document becomes current again for the patient whom its source named, with the message as it was received."],
        Stays = ["Its history says that it was moved, by whom and why. You can move it again."],
    };

    /// <summary>Why it cannot be done with a document now; null if it can.</summary>
    public string? Obstacle(DocumentHistory document, bool isMoved) => Act switch
    {
        AuditAct.Hide => document.Hidden ? "The document is hidden already." : null,
        AuditAct.Unhide => document.Hidden ? null : "The document is not hidden.",
        _ when document.State != "current" => $"The document is {document.State}: there is nothing to move.",
        _ => this == MoveBack && !isMoved ? "The document is of the patient whom its source named." : null,
    };
}
