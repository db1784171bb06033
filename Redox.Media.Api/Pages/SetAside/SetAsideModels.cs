using Redox.Media.Api.RemoteFiles;
using Redox.Media.Api.Support;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>The list of groups.</summary>
/// <param name="WithSettled">Whether groups are listed that have no open delivery any more.</param>
/// <param name="Overdue">Files at other hosts that could not be fetched for a long time.</param>
public sealed record GroupListModel(SetAsideGroups List, bool WithSettled, OverdueFileList Overdue);

/// <summary>The page of a group.</summary>
/// <param name="State">The state of the deliveries that are listed.</param>
/// <param name="IsFirst">Whether they are the newest.</param>
/// <param name="Next">The position of the next page; null on the last one.</param>
public sealed record GroupModel(
    SetAsideGroup Group, SetAsideState State, IReadOnlyList<DeliveryRecord> Deliveries, bool IsFirst, string? Next, NotesModel Notes)
{
    public IReadOnlyList<SetAsideExample> Examples => SetAsideExample.Of(Deliveries);

    /// <summary>Why a form was refused; null when none was.</summary>
    public string? Problem { get; init; }
}

/// <summary>Notes on a delivery or a group, newest first.</summary>
/// <param name="Action">The address that a new note is sent to.</param>
/// <param name="Entered">The text that was refused; empty for none.</param>
public sealed record NotesModel(string Action, IReadOnlyList<StaffNote> Notes, bool HasMore, string Entered = "");

/// <summary>What a release would give.</summary>
/// <param name="Group">The group that is meant; null when deliveries were chosen.</param>
public sealed record DryRunModel(SetAsideDryRunResponse Result, SetAsideGroup? Group, IReadOnlyList<DeliveryId> Deliveries);

/// <summary>The page that asks for the reason of an act.</summary>
/// <param name="Matching">How many deliveries match now.</param>
public sealed record ConfirmModel(SetAsideAct Act, SetAsideGroup? Group, IReadOnlyList<DeliveryId> Deliveries, long Matching)
{
    /// <summary>How many the page before said; null if none did.</summary>
    public long? Stated { get; init; }

    public string? Problem { get; init; }

    public string? Choice { get; init; }

    public string? Words { get; init; }
}

/// <summary>The page of a job.</summary>
/// <param name="Next">The position behind which the next page of failures begins; null on the last one.</param>
/// <param name="Delivery">Its only delivery, to return to it; null for none.</param>
/// <param name="IsStill">Whether the page stays as it is.</param>
public sealed record JobModel(
    SetAsideJob Job, IReadOnlyList<SetAsideJobFailure> Failures, int? Next, DeliveryId? Delivery, bool IsStill);

/// <summary>A page of jobs, newest first.</summary>
public sealed record JobListModel(IReadOnlyList<SetAsideJob> Jobs, string? Next);

/// <summary>What the page of a delivery shows about setting aside.</summary>
/// <param name="State">Null for a delivery that was not set aside.</param>
/// <param name="Group">Its group; null for a delivery that was not set aside.</param>
public sealed record SetAsideSectionModel(DeliveryId Delivery, SetAsideState? State, Guid? Group, NotesModel Notes);
