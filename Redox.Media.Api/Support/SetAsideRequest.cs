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
    public static SetAsideSelection? Selection(this JObject body, Caller.Staff staff, int maxDeliveries)
    {
        if (body["deliveries"] is JArray { Count: > 0 } named && named.Count <= maxDeliveries && body["group"] is null)
        {
            var ids = named.Select(id => Guid.TryParse((id as JValue)?.Value as string, out var parsed) ? parsed : (Guid?)null).ToList();
            return ids.Contains(null)
                ? null
                : new SetAsideSelection(null, [.. ids.Distinct().Select(id => new DeliveryId(id!.Value))], staff.VisibleSources);
        }

        return body["deliveries"] is null && Guid.TryParse(body.Text("group"), out var group)
            ? new SetAsideSelection(group, [], staff.VisibleSources)
            : null;
    }

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
