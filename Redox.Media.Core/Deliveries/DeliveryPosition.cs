using System.Globalization;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// A position in the list of deliveries that have one ID: first those of the engine and of staff, then those of clients; of each
/// first those that are no duplicate, newest first, and then the duplicates.
/// </summary>
/// <param name="OfClients">Whether it is among those of clients.</param>
/// <param name="IsDuplicate">Whether the delivery before it is a duplicate.</param>
/// <param name="At">The arrival of the delivery before it; null at the beginning.</param>
/// <param name="Id">The delivery before it.</param>
public readonly record struct DeliveryPosition(bool OfClients, bool IsDuplicate, DateTimeOffset? At, Guid Id)
{
    private const string Clients = "c", Others = "e", Duplicate = "1", NoDuplicate = "0";

    public static DeliveryPosition First => default;

    public static DeliveryPosition FirstOfClients => new(true, false, null, default);

    /// <summary>Reads what <see cref="ToString"/> writes.</summary>
    public static bool TryParse(string text, out DeliveryPosition position)
    {
        position = default;
        if (text.Split('.') is not [Clients or Others, Duplicate or NoDuplicate, var ticksText, var idText] parts
            || !long.TryParse(ticksText, NumberStyles.None, CultureInfo.InvariantCulture, out var ticks)
            || ticks > DateTimeOffset.MaxValue.Ticks
            || !Guid.TryParseExact(idText, "D", out var id))
        {
            return false;
        }

        DateTimeOffset? at = ticks == 0 ? null : new DateTimeOffset(ticks, TimeSpan.Zero);
        position = new DeliveryPosition(parts[0] == Clients, parts[1] == Duplicate, at, id);
        return true;
    }

    public DeliveryPosition Behind(DeliveryRecord delivery) =>
        new(OfClients, delivery.Outcome == Outcome.Duplicate, delivery.ReceivedAt, delivery.DeliveryId.Value);

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"{(OfClients ? Clients : Others)}.{(IsDuplicate ? Duplicate : NoDuplicate)}.{At?.UtcTicks ?? 0}.{Id}");
}
