using Microsoft.OpenApi;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Security;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Support;

/// <summary>Reads of registered clients. They show no health information, and leave no row in the audit.</summary>
internal static class ClientEndpoints
{
    public const string Address = "/support/api/clients";

    private const string NoClient = "There is no registered client with this ID that you may see.";

    public static void Map(IEndpointRouteBuilder routes)
    {
        var clients = routes.MapGroup("").RequireAuthorization(Policies.Clients).WithTags("Clients");
        clients.MapGet(Address, ListAsync).Produces<ClientList>().Describe(DescribeList);
        clients.MapGet(Address + "/{id}", ShowAsync).Produces<ClientItem>().Produces<SupportError>(StatusCodes.Status404NotFound)
            .Describe(DescribeOne);
    }

    private static async Task<IResult> ListAsync(HttpContext context, StaffClients clients)
    {
        var (seen, hidden) = await clients.ReadAsync(context);
        return SupportResponses.Json(new ClientList([.. seen.Select(ClientItem.Of)], hidden));
    }

    private static async Task<IResult> ShowAsync(HttpContext context, string id, StaffClients clients) =>
        await clients.FindAsync(context, id) is { } client
            ? SupportResponses.Json(ClientItem.Of(client)) : SupportResponses.NotFound(NoClient);

    private static void DescribeList(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Lists the registered clients in the order of their IDs, also those that are revoked.";
        operation.RequireToken(document, orVerificationToken: false);
    }

    private static void DescribeOne(OpenApiOperation operation, OpenApiDocument document)
    {
        operation.Summary = "Reads a registered client.";
        operation.RequireToken(document, orVerificationToken: false);
        operation.AddParameter(ParameterLocation.Path, "id", "The ID of the client.");
    }
}

/// <summary>Registered clients.</summary>
/// <param name="Hidden">How many there are of sources that the caller may not see.</param>
internal sealed record ClientList(IReadOnlyList<ClientItem> Clients, int Hidden);

/// <summary>A registered client, without secrets and their digests.</summary>
/// <param name="SourceId">The source of the documents that it creates; empty for the engine.</param>
/// <param name="VisibleSources">The sources that it may see, <c>*</c> for all; none means its own.</param>
/// <param name="MaxRequestsPerSecond">Null for the limit of the settings.</param>
/// <param name="JwksUrl">Where its public keys are; null for a client whose keys are registered.</param>
/// <param name="Epoch">Tokens of another epoch are not valid.</param>
internal sealed record ClientItem(
    string Id, string Name, bool IsEngine, string SourceId, IReadOnlyList<string> Scopes, IReadOnlyList<string> VisibleSources,
    int? MaxRequestsPerSecond, string? JwksUrl, int Epoch, DateTimeOffset RegisteredAt, DateTimeOffset? RevokedAt,
    IReadOnlyList<ClientKeyItem> Keys)
{
    public static ClientItem Of(RegisteredClient client) => new(
        client.Id, client.Name, client.IsEngine, client.SourceId, client.Scopes, client.VisibleSources, client.MaxRequestsPerSecond,
        client.JwksUrl, client.Epoch, client.RegisteredAt, client.RevokedAt,
        [.. client.Keys.Select(key => new ClientKeyItem(key.Id, key.IsSecret, key.AddedAt, key.RetiredAt))]);
}

/// <summary>A public key or a secret of a client.</summary>
/// <param name="Id">The kid of a key; a name for a secret.</param>
internal sealed record ClientKeyItem(string Id, bool IsSecret, DateTimeOffset AddedAt, DateTimeOffset? RetiredAt);
