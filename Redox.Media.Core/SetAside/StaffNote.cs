namespace Redox.Media.Core.SetAside;

/// <summary>
/// A note of staff on a delivery or a group. It may contain health information: it is never logged, and each reading is recorded.
/// </summary>
/// <param name="Id">Ascending in time, as delivery IDs are.</param>
/// <param name="Subject">The delivery ID or the ID of the group.</param>
/// <param name="Member">The member of staff who wrote it.</param>
public sealed record StaffNote(Guid Id, Guid Subject, DateTimeOffset WrittenAt, string Member, string Text);
