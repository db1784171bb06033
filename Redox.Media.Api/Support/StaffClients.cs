using Redox.Media.Api.Clients;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Support;

/// <summary>
/// Registered clients for one member of staff. Who sees some sources only sees and makes clients of these sources only: by a client of
/// others, or a key of one, they would see more than they may.
/// </summary>
internal sealed class StaffClients(ClientChanges changes, AccessAudit audit)
{
    private const string NotYours =
        "you may register clients of your own sources only: name one as the source, and none but these as visible";

    /// <summary>Those that the member sees, and how many others there are.</summary>
    public async Task<(IReadOnlyList<RegisteredClient> Clients, int Hidden)> ReadAsync(HttpContext context)
    {
        var all = await changes.ReadAsync(context.RequestAborted);
        IReadOnlyList<RegisteredClient> seen = [.. all.Where(client => Sees(context, client))];
        return (seen, all.Count - seen.Count);
    }

    public async Task<RegisteredClient?> FindAsync(HttpContext context, string id) =>
        await changes.FindAsync(id, context.RequestAborted) is { } client && Sees(context, client) ? client : null;

    public Task<ClientChange> AddAsync(HttpContext context, NewClient asked, NewKeys keys) => RecordAsync(
        context, asked.Id, row => asked.Problem() is null && !Sees(context, asked.With([], default))
            ? Task.FromResult<ClientChange>(new ClientChange.Invalid(NotYours))
            : changes.AddAsync(asked, keys, row, context.RequestAborted));

    /// <param name="seen">What <see cref="StateOf"/> says of the client that the member saw.</param>
    public Task<ClientChange> RotateAsync(HttpContext context, RegisteredClient client, string? seen, string? retired, NewKeys keys) =>
        RecordAsync(context, client.Id, row => seen != StateOf(client)
            ? Task.FromResult<ClientChange>(new ClientChange.Conflict("the client was changed since you saw it: look at its keys"))
            : changes.RotateAsync(client, retired, keys, row, context.RequestAborted));

    public Task<ClientChange> RevokeAsync(HttpContext context, RegisteredClient client) =>
        RecordAsync(context, client.Id, row => changes.RevokeAsync(client.Id, row, context.RequestAborted));

    public Task RecordNotFoundAsync(HttpContext context, string id) =>
        audit.RecordAsync(context, Request(id), AuditOutcome.NotFound);

    /// <summary>Another text after each change of a client: a form that is sent again by reloading its answer changes nothing.</summary>
    public static string StateOf(RegisteredClient client) => FormattableString.Invariant($"{client.Epoch}.{client.Keys.Count}");

    // What was entered may be anything, also a secret in the wrong field: the row of what was not done says which client only.
    private async Task<ClientChange> RecordAsync(
        HttpContext context, string id, Func<Func<string, AuditEvent>, Task<ClientChange>> changeAsync)
    {
        var request = Request(id);
        var change = await changeAsync(done => audit.Row(context, request, AuditOutcome.Success) with { Detail = done });
        if (change is not ClientChange.Done)
        {
            var outcome = change is ClientChange.Invalid ? AuditOutcome.Refused : AuditOutcome.Failed;
            await audit.RecordAsync(context, request, outcome, row => row with { Detail = "nothing was changed" });
        }

        return change;
    }

    private static AccessRequest Request(string id) =>
        new(AuditAct.ClientChange, Configuration.ClientValidation.IsId(id) ? id : null);

    private static bool Sees(HttpContext context, RegisteredClient client)
    {
        var sources = context.GetStaff(StaffRoles.Clients)!.VisibleSources;
        return sources is null
            || (!client.IsEngine && sources.Contains(client.SourceId) && client.VisibleSources.All(sources.Contains));
    }
}
