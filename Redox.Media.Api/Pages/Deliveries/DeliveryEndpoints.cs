using Redox.Media.Api.Pages.Messages;
using Redox.Media.Api.Pages.Search;
using Redox.Media.Api.Pages.SetAside;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Pages.Deliveries;

/// <summary>The page of one delivery.</summary>
internal static class DeliveryEndpoints
{
    /// <summary>The last accesses that are listed.</summary>
    private const int Accesses = 20;

    public static void MapDeliveries(this RouteGroupBuilder pages) =>
        pages.MapGet(PageAddresses.Deliveries + "/{id:guid}", ShowAsync).RequireSession(Policies.Trace)
            .WithMetadata(new AuditedEndpoint(AuditAct.DeliveryLookUp, StaffRoles.Trace));

    private static async Task<IResult> ShowAsync(
        Guid id, HttpContext context, IDocumentStore store, IAuditSearch accesses, StaffSearch search, AccessAudit audit,
        MessageModels messages, StaffNotes notes, CancellationToken cancellation)
    {
        var staff = context.GetStaff(StaffRoles.Trace)!;
        var found = await DeliveryLookup.FindAsync(id.ToString(), null, staff.VisibleSources, store, cancellation);
        var delivery = found.All.FirstOrDefault(one => one.DeliveryId.Value == id);
        await audit.RecordAsync(context, new AccessRequest(AuditAct.DeliveryLookUp, id.ToString()), found.Outcome, row => row with
        {
            Documents = found.Documents, DeliveryIds = found.Deliveries, IsTest = found.IsTest,
        });
        if (delivery is null)
        {
            return Page.Notice(
                context, StatusCodes.Status404NotFound, "There is no such delivery",
                found.Outcome == AuditOutcome.NotFound && found.Hidden > 0
                    ? "It is of a source that you may not see." : "The ID may have been cut off when it was copied.");
        }

        var text = await SearchAddress.ReadAsync(context, cancellation);
        var isInSearch = text is not null && SearchAddress.Of(context).Length > 0;
        var (newer, older) = isInSearch ? await search.FindNeighboursAsync(text!, delivery, staff, cancellation) : (null, null);
        var message = await messages.OpenAsync(context, delivery, audit, cancellation);
        var seen = await accesses.FindAsync(new AuditQuestion { Delivery = delivery.DeliveryId }, null, Accesses, cancellation);
        return Page.Of<DeliveryPage>(
            context,
            new DeliveryModel(delivery, [.. found.All.OrderByDescending(one => one.ReceivedAt)], seen.Events)
            {
                Message = message,
                SetAside = await NotePages.SectionAsync(context, delivery, store, notes, cancellation),
                SearchAddress = isInSearch ? SearchAddress.Of(context) : "",
                Newer = newer,
                Older = older,
                Host = $"{context.Request.Scheme}://{context.Request.Host}",
            },
            search: text?.ToString() ?? "");
    }
}

/// <summary>The page of one delivery.</summary>
/// <param name="Delivery">The delivery.</param>
/// <param name="Attempts">All deliveries with its log ID, newest first, this one included.</param>
/// <param name="Accesses">The last accesses to it, newest first.</param>
public sealed record DeliveryModel(
    DeliveryRecord Delivery, IReadOnlyList<DeliveryRecord> Attempts, IReadOnlyList<RecordedEvent> Accesses)
{
    public MessageModel Message { get; init; } = new(null, false);

    public required SetAsideSectionModel SetAside { get; init; }

    /// <summary>The search that led here; empty for none.</summary>
    public string SearchAddress { get; init; } = "";

    /// <summary>The delivery before this one in the list of the search.</summary>
    public DeliveryRecord? Newer { get; init; }

    /// <summary>The delivery after this one in the list of the search.</summary>
    public DeliveryRecord? Older { get; init; }

    /// <summary>Scheme and host of this service.</summary>
    public string Host { get; init; } = "";

    public OutcomeRow Outcome => OutcomeTable.Of(Delivery.Outcome);

    /// <summary>What a ticket needs: IDs, times and the outcome, nothing about a patient.</summary>
    public string Ticket => string.Join('\n', Lines().Where(line => line.Value is not null).Select(line => $"{line.Name}: {line.Value}"));

    /// <summary>The look-up of the interface.</summary>
    public string Curl => $"curl -H \"Authorization: Bearer $TOKEN\" {Host}/support/api/deliveries/{Delivery.DeliveryId}";

    private IEnumerable<(string Name, string? Value)> Lines() =>
    [
        ("Log ID", Delivery.LogId), ("Attempt ID", Delivery.AttemptId), ("Redox.Media delivery ID", Delivery.DeliveryId.ToString()),
        ("Received", Utc(Delivery.ReceivedAt)), ("Event", $"{Delivery.DataModel}.{Delivery.EventType}{(Delivery.Test ? " (test)" : "")}"),
        ("Event time", Delivery.EventTime is { } time ? Utc(time) : null), ("Source", Delivery.Source),
        ("Outcome", $"{Delivery.OutcomeName}: {Outcome.Meaning}"),
        ("Rules that are broken", Delivery.Violations.Count == 0 ? null
            : string.Join("; ", Delivery.Violations.Select(one => $"{one.Path} {one.Rule}"))),
        ("File", Delivery.RemoteFile is { } file ? $"at {file.Host}, {file.State}, {file.Tries} tries" : null),
        ("Attempts with this log ID", Attempts.Count.ToString(System.Globalization.CultureInfo.InvariantCulture)),
    ];

    private static string Utc(DateTimeOffset time) =>
        time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss.fff 'UTC'", System.Globalization.CultureInfo.InvariantCulture);
}
