using Newtonsoft.Json.Linq;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;

namespace Redox.Media.Api.Support;

/// <summary>What the requests about set-aside deliveries have in common: who asks, which deliveries are meant, and the audit row.</summary>
internal static class SetAsideRequest
{
    public const int MaxReason = 500;

    /// <summary>The member of staff, whom the policy of the endpoint has found, with the origin of the request.</summary>
    public static Caller.Staff Staff(this HttpContext context) =>
        (Caller.Staff)context.GetCallerWithOrigin(context.GetEndpoint()!.Metadata.GetRequiredMetadata<AuditedEndpoint>().Role)!;

    /// <summary>The group, or the deliveries; null unless the body has exactly one of them.</summary>
    public static SetAsideSelection? Selection(this JObject body, Caller.Staff staff, int maxDeliveries) =>
        (body["group"], body["deliveries"]) switch
        {
            (null, JArray named) => Named([.. named.Select(id => (id as JValue)?.Value as string)], staff, maxDeliveries),
            (not null, null) => OfGroup(body.Text("group"), staff),
            _ => null,
        };

    /// <summary>A group; null unless the text is an ID.</summary>
    public static SetAsideSelection? OfGroup(string? group, Caller.Staff staff) =>
        Guid.TryParse(group, out var id) ? new SetAsideSelection(id, [], staff.VisibleSources) : null;

    /// <summary>Deliveries that are named; null unless they are 1 to the given number of IDs.</summary>
    public static SetAsideSelection? Named(IReadOnlyList<string?> deliveries, Caller.Staff staff, int maxDeliveries)
    {
        var ids = deliveries.Select(id => Guid.TryParse(id, out var parsed) ? parsed : (Guid?)null).ToList();
        return ids.Count == 0 || ids.Count > maxDeliveries || ids.Contains(null)
            ? null
            : new SetAsideSelection(null, [.. ids.Distinct().Select(id => new DeliveryId(id!.Value))], staff.VisibleSources);
    }

    /// <summary>The act of a name; null for any other text.</summary>
    public static SetAsideAct? Act(string? name) => name switch
    {
        "release" => SetAsideAct.Release,
        "discard" => SetAsideAct.Discard,
        "restore" => SetAsideAct.Restore,
        _ => null,
    };

    /// <summary>The parameter <c>state</c>, open if there is none; null if it is something else.</summary>
    public static SetAsideState? State(HttpContext context) => context.Request.Query["state"].ToString() switch
    {
        "" or "open" => SetAsideState.Open,
        "released" => SetAsideState.Released,
        "discarded" => SetAsideState.Discarded,
        _ => null,
    };

    /// <summary>1 to <see cref="MaxReason"/> characters; null for anything else.</summary>
    public static string? Reason(this JObject body) =>
        body.Text("reason")?.Trim() is { Length: > 0 and <= MaxReason } reason ? reason : null;

    /// <summary>Records that a request was refused, and answers it.</summary>
    public static async Task<IResult> RefuseAsync(this AccessAudit audit, HttpContext context, string text)
    {
        await audit.RecordAsync(context, audit.Request(context), AuditOutcome.Refused, row => row with { Detail = text });
        return SupportResponses.BadRequest(text);
    }

    /// <summary>Records that what a request asks for is not there, and answers it.</summary>
    public static async Task<IResult> NotFoundAsync(this AccessAudit audit, HttpContext context, Guid id, string text)
    {
        await audit.RecordAsync(context, audit.Request(context, id.ToString()), AuditOutcome.NotFound);
        return SupportResponses.NotFound(text);
    }

    /// <summary>The act of the endpoint.</summary>
    public static AccessRequest Request(this AccessAudit _, HttpContext context, string? criteria = null, string? reason = null) =>
        new(context.GetEndpoint()!.Metadata.GetRequiredMetadata<AuditedEndpoint>().Act, criteria) { Reason = reason };

    /// <summary>A position in a list in the order of time: what <see cref="Position"/> writes. False if it is something else.</summary>
    public static bool TryPosition(HttpContext context, out (DateTimeOffset At, Guid Id)? position)
    {
        position = null;
        var text = context.Request.Query["after"].ToString();
        if (text.Length == 0)
        {
            return true;
        }

        if (text.Split('.') is not [var ticksText, var idText] || !long.TryParse(ticksText, out var ticks)
            || ticks is < 0 or > 3155378975999999999 || !Guid.TryParseExact(idText, "D", out var id))
        {
            return false;
        }

        position = (new DateTimeOffset(ticks, TimeSpan.Zero), id);
        return true;
    }

    public static string Position(DateTimeOffset at, Guid id) => FormattableString.Invariant($"{at.UtcTicks}.{id}");
}
