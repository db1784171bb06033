using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.SetAside;

/// <summary>The set-aside deliveries that a request means: those of a group, or some that it names.</summary>
/// <param name="Group">Null when they are named.</param>
/// <param name="Deliveries">Empty when a group is meant.</param>
/// <param name="Sources">The sources that the member of staff may see; null for all. Those of others are not meant.</param>
public sealed record SetAsideSelection(Guid? Group, IReadOnlyList<DeliveryId> Deliveries, IReadOnlyList<string>? Sources);

/// <summary>The deliveries of a selection.</summary>
/// <param name="Oldest">The oldest, oldest first.</param>
/// <param name="Count">How many there are.</param>
public sealed record SetAsideMatches(IReadOnlyList<DeliveryId> Oldest, long Count);
