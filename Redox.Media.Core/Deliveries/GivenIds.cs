using System.Globalization;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// The IDs of a client's message as Redox returns them: a log for each destination, and the retired <c>Message.ID</c> and
/// <c>Transmission.ID</c>. Those that the message came with are kept; the others are made of the ID of its delivery, so that the first log
/// ID finds the delivery without a column of its own. They take no part in the comparison of events and the recognition of duplicates.
/// </summary>
public static class GivenIds
{
    /// <summary>One for each destination, at least one.</summary>
    /// <param name="delivery">The delivery of a client.</param>
    /// <param name="plainOnly">Replaces IDs that do not have the form of Redox's own.</param>
    public static IEnumerable<LogEntry> Logs(Delivery delivery, bool plainOnly)
    {
        var sent = delivery.Meta.Logs;
        for (var i = 0; i < Math.Max(1, delivery.DestinationCount); i++)
        {
            var log = i < sent.Count ? sent[i] : null;
            yield return new LogEntry(
                IsKept(log?.Id, plainOnly) ? log!.Id : Log(delivery.Id, i),
                IsKept(log?.AttemptId, plainOnly) ? log!.AttemptId : Log(delivery.Id, i));
        }
    }

    /// <summary>The given log IDs that are not the ID of the delivery.</summary>
    public static IEnumerable<string> FurtherLogs(Delivery delivery) =>
        Enumerable.Range(1, Math.Max(0, delivery.DestinationCount - 1)).Select(i => Log(delivery.Id, i));

    /// <summary>A retired ID: the number that was sent, else the arrival in microseconds.</summary>
    public static ulong Number(Delivery delivery, string? sent) =>
        ulong.TryParse(sent, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : delivery.Id.Number;

    private static bool IsKept(string? id, bool plainOnly) => !string.IsNullOrEmpty(id) && (!plainOnly || PlainId.Is(id));

    private static string Log(DeliveryId id, int destination) => destination == 0
        ? id.ToString()
        : Digest.Key('K', id.ToString(), destination.ToString(CultureInfo.InvariantCulture)).ToString();
}
