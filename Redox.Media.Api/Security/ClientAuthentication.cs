using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Security;

/// <summary>Knows a client by its bearer token, and what its scopes let it do at either door.</summary>
internal static class ClientAuthentication
{
    /// <summary>The client whose secret the request shows; a token in an address would end up in logs, so it counts only in the header.</summary>
    public static ClientApp? Find(HttpRequest request, TokenStore tokens)
    {
        const string bearer = "Bearer ";
        var shown = request.Headers[HeaderNames.Authorization];
        return shown is [{ } value] && value.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) ? tokens.Client(value[bearer.Length..].Trim()) : null;
    }

    /// <summary>Each event of the Media model needs the permission for what it does.</summary>
    public static Caller SpeakerOf(ClientApp client)
    {
        var may = SmartScopes.For(FhirResourceType.Media, client.Scopes);
        (string Event, Permissions Needs)[] events =
            [("New", Permissions.Create), ("Replace", Permissions.Update), ("Delete", Permissions.Delete), ("Query", Permissions.Search)];
        return new Caller.Client(client.Id, client.Sees)
        {
            OwnSource = client.SourceId,
            Events = events.Where(one => may.HasFlag(one.Needs)).Select(one => one.Event).ToHashSet(),
        };
    }
}
