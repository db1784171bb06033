using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Pages.SetAside;

/// <summary>The addresses of the work list. They have IDs only.</summary>
internal static class SetAsideAddress
{
    public const string Groups = PageAddresses.SetAside + "/groups";
    public const string DryRun = PageAddresses.SetAside + "/dry-run";
    public const string Confirm = PageAddresses.SetAside + "/confirm";
    public const string RetryRemoteFiles = PageAddresses.SetAside + "/remote-files/retry";
    public const string Jobs = PageAddresses.SetAside + "/jobs";

    public static string OfGroup(Guid group) => $"{Groups}/{group}";

    public static string OfGroup(Guid group, SetAsideState state, string? after = null) =>
        OfGroup(group) + QueryString.Create(
            [new("state", Name(state)), .. after is null ? [] : new[] { KeyValuePair.Create("after", (string?)after) }]);

    public static string OfDelivery(DeliveryId delivery) => $"{PageAddresses.Deliveries}/{delivery}";

    /// <summary>What a release of a selection would give.</summary>
    public static string OfDryRun(Guid? group, IEnumerable<DeliveryId> deliveries) => DryRun + Of(group, deliveries);

    /// <summary>The page that asks for the reason.</summary>
    /// <param name="count">How many deliveries the page before says that there are.</param>
    public static string OfConfirm(SetAsideAct act, Guid? group, IEnumerable<DeliveryId> deliveries, long count) =>
        Confirm + Of(group, deliveries).Add("act", Name(act)).Add("count", FormattableString.Invariant($"{count}"));

    /// <param name="delivery">The only delivery of the job, to return to it.</param>
    public static string OfJob(Guid job, DeliveryId? delivery = null) =>
        $"{Jobs}/{job}" + (delivery is { } only ? QueryString.Create("delivery", only.ToString()).ToString() : "");

    public static string Name(SetAsideState state) => state.ToString().ToLowerInvariant();

    public static string Name(SetAsideAct act) => act.ToString().ToLowerInvariant();

    private static QueryString Of(Guid? group, IEnumerable<DeliveryId> deliveries) => group is { } id
        ? QueryString.Create("group", id.ToString())
        : QueryString.Create(deliveries.Select(delivery => KeyValuePair.Create("delivery", (string?)delivery.ToString())));
}
