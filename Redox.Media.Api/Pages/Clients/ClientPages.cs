using Microsoft.AspNetCore.Components;
using Redox.Media.Api.Clients;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Api.Support;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Pages.Clients;

/// <summary>The pages that list registered clients, register them, change their keys and revoke them.</summary>
internal sealed class ClientPages(StaffClients clients, LastKnownGood<ClientSettings> settings, TimeProvider time)
{
    private const string NothingChosen = "choose what to add, or the key to retire";

    public static void Map(RouteGroupBuilder pages)
    {
        var shows = pages.MapGroup("").RequireSession(Policies.Clients);
        shows.MapGet(PageAddresses.Clients, (HttpContext context, ClientPages all) => all.ListAsync(context));
        shows.MapGet(ClientAddress.One, (HttpContext context, ClientPages all) => all.ShowAsync(context));
        shows.MapGet(ClientAddress.Add, (HttpContext context) => Page.Of<ClientFormPage>(context, new ClientForm()));
        shows.MapGet(
            ClientAddress.AddEngine, (HttpContext context) => Page.Of<ClientFormPage>(context, new ClientForm { IsEngine = true }));
        shows.MapGet(ClientAddress.Rotate, (HttpContext context, ClientPages all) => all.WithClientAsync(
            context, client => Task.FromResult<IResult>(Page.Of<ClientRotatePage>(context, new RotateForm(client)))));
        shows.MapGet(ClientAddress.Revoke, (HttpContext context, ClientPages all) => all.WithClientAsync(
            context, client => Task.FromResult<IResult>(Page.Of<ClientRevokePage>(context, new RevokeForm(client, null)))));
        var acts = pages.MapGroup("").RequireSession(Policies.Clients)
            .WithMetadata(new AuditedEndpoint(AuditAct.ClientChange, StaffRoles.Clients));
        acts.MapPost(ClientAddress.Add, (HttpContext context, ClientPages all) => all.AddAsync(context, isEngine: false));
        acts.MapPost(ClientAddress.AddEngine, (HttpContext context, ClientPages all) => all.AddAsync(context, isEngine: true));
        acts.MapPost(ClientAddress.Rotate, (HttpContext context, ClientPages all) => all.WithClientAsync(
            context, client => all.RotateAsync(context, client)));
        acts.MapPost(ClientAddress.Revoke, (HttpContext context, ClientPages all) => all.WithClientAsync(
            context, client => all.RevokeAsync(context, client)));
    }

    private async Task<IResult> ListAsync(HttpContext context)
    {
        var (seen, hidden) = await clients.ReadAsync(context);
        return Page.Of<ClientListPage>(context, new ClientListModel(seen, hidden));
    }

    private Task<IResult> ShowAsync(HttpContext context) => WithClientAsync(context, client => Task.FromResult<IResult>(
        Page.Of<ClientPage>(context, new ClientModel(client, settings.Value.Apps.Any(app => app.Id == client.Id)))));

    private async Task<IResult> AddAsync(HttpContext context, bool isEngine)
    {
        var form = await ClientForm.ReadAsync(context, isEngine);
        var (asked, keys) = (form.Client, form.Key.Read(time.GetUtcNow()));
        var change = await clients.AddAsync(context, asked, keys);
        return Answer<ClientFormPage>(
            context, asked.Id, change, problem => form with { Key = form.Key.Shown(keys), Problem = problem });
    }

    private async Task<IResult> RotateAsync(HttpContext context, RegisteredClient client)
    {
        var fields = await context.Request.ReadFormAsync(context.RequestAborted);
        var form = new RotateForm(client) { Key = KeyFields.Of(fields), Retired = fields["retire"].ToString() };
        var keys = form.Key.Read(time.GetUtcNow());
        var change = keys.Problem is null && keys.Keys.Count == 0 && form.Retired.Length == 0
            ? new ClientChange.Invalid(NothingChosen)
            : await clients.RotateAsync(context, client, fields["seen"], form.Retired.Length == 0 ? null : form.Retired, keys);
        return Answer<ClientRotatePage>(
            context, client.Id, change, problem => form with { Key = form.Key.Shown(keys), Problem = problem });
    }

    private async Task<IResult> RevokeAsync(HttpContext context, RegisteredClient client) => Answer<ClientRevokePage>(
        context, client.Id, await clients.RevokeAsync(context, client), problem => new RevokeForm(client, problem));

    /// <summary>
    /// A secret is in this one answer to the form, which no browser stores (no-store). An address or a cookie to carry it to a page that is
    /// fetched next would be a second copy that may outlive the page. Reloading the answer sends the form again, which then changes
    /// nothing: the ID is taken, or the client is not as it was seen.
    /// </summary>
    private static IResult Answer<TForm>(HttpContext context, string id, ClientChange change, Func<string, object> again)
        where TForm : IComponent => change switch
    {
        ClientChange.Done { Secret: { } secret } done => Page.Of<ClientSecretPage>(context, new SecretModel(id, done.Text, secret)),
        ClientChange.Done => Page.SeeOther(context, ClientAddress.Of(ClientAddress.One, id)),
        ClientChange.Invalid wrong => Page.Of<TForm>(context, again(wrong.Problem), StatusCodes.Status400BadRequest),
        _ => Page.Of<TForm>(context, again(change.Why!), StatusCodes.Status409Conflict),
    };

    private async Task<IResult> WithClientAsync(HttpContext context, Func<RegisteredClient, Task<IResult>> showAsync)
    {
        var id = context.Request.Query["id"].ToString();
        if (await clients.FindAsync(context, id) is { } client)
        {
            return await showAsync(client);
        }

        if (HttpMethods.IsPost(context.Request.Method))
        {
            await clients.RecordNotFoundAsync(context, id);
        }

        return Page.Notice(
            context, StatusCodes.Status404NotFound, "There is no such client", "It may be of a source that you may not see.");
    }
}
