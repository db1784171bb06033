using System.Security.Claims;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Security;

/// <summary>
/// The identity that one configured token proves, created when the settings are read and shared by all requests; or that of a session.
/// </summary>
internal sealed class CallerIdentity : ClaimsIdentity
{
    private CallerIdentity(Caller caller, string tokenId, ClientApp? client, params IEnumerable<Claim> claims)
        : base(claims, TokenAuthenticationHandler.SchemeName) => (Caller, TokenId, Client) = (caller, tokenId, client);

    public Caller Caller { get; }

    /// <summary><see cref="RequestOrigin.TokenId"/>.</summary>
    public string TokenId { get; }

    /// <summary>Who has authenticated a member of staff; null for the settings.</summary>
    public string? Issuer { get; private init; }

    /// <summary>The settings of a client; null for the engine and for staff.</summary>
    public ClientApp? Client { get; }

    public static CallerIdentity OfEngine(string token) => OfEngineWith(TokenDigest.IdOf(token));

    /// <summary>The engine with a token of the given ID.</summary>
    public static CallerIdentity OfEngineWith(string tokenId) =>
        new(new Caller.Engine(), tokenId, null, new Claim(ClaimTypes.Role, Policies.Engine));

    public static CallerIdentity Of(StaffMember member) => OfStaff(member.Name, member.Roles, member.Sees, TokenDigest.IdOf(member.Token));

    /// <summary>A member of staff.</summary>
    /// <param name="tokenId">The ID of the token, or of the session.</param>
    /// <param name="issuer">Who has authenticated the person; null for the settings.</param>
    public static CallerIdentity OfStaff(
        string name, IEnumerable<string> roles, IReadOnlyList<string>? sources, string tokenId, string? issuer = null) => new(
        new Caller.Staff(name) { VisibleSources = sources }, tokenId, null,
        [
            new Claim(ClaimTypes.Name, name, null, issuer),
            .. roles.Select(role => new Claim(ClaimTypes.Role, role)),
        ])
    {
        Issuer = issuer,
    };

    public static CallerIdentity Of(ClientApp client) => OfClient(client, TokenDigest.IdOf(client.Secret));

    /// <summary>A client with a token of the given ID.</summary>
    public static CallerIdentity OfClient(ClientApp client, string tokenId) => new(
        CallerOf(client), tokenId, client, new Claim(ClaimTypes.Name, client.Id),
        new Claim(ClaimTypes.Role, Policies.Client));

    // A Redox event needs the permissions for what it does to documents, as the FHIR interactions do. What a New does depends on the stored
    // document: ApplyEvents.sql decides.
    private static Caller.Client CallerOf(ClientApp client)
    {
        var permissions = SmartScopes.For(FhirResourceType.Media, client.Scopes);
        (string Event, Permissions Needed)[] events =
        [
            ("New", Permissions.Create), ("Replace", Permissions.Create | Permissions.Update), ("Delete", Permissions.Delete),
            ("Query", Permissions.Search),
        ];
        return new Caller.Client(client.Id, client.Sees)
        {
            OwnSource = client.SourceId,
            Events = events.Where(one => permissions.HasFlag(one.Needed)).Select(one => one.Event).ToHashSet(),
            MayRevise = permissions.HasFlag(Permissions.Update),
        };
    }
}

internal static class CallerExtensions
{
    /// <summary>
    /// The caller that the request's token proves: the engine before a client before staff, when the request proves several. Null for
    /// an unknown caller.
    /// </summary>
    public static Caller? GetCaller(this HttpContext context) => context.GetIdentity()?.Caller;

    /// <summary>The same, with where the request came from.</summary>
    /// <param name="role">The role of staff that the request needs: a member of staff who has it comes first.</param>
    public static Caller? GetCallerWithOrigin(this HttpContext context, string? role = null) =>
        ((role is null ? null : context.GetStaffIdentity(role)) ?? context.GetIdentity()) is { } identity
            ? identity.Caller with { Origin = identity.OriginOf(context, role) } : null;

    /// <summary>Where a request with this identity came from.</summary>
    /// <inheritdoc cref="GetCallerWithOrigin"/>
    public static RequestOrigin OriginOf(this CallerIdentity identity, HttpContext context, string? role = null) =>
        new(RemoteAddress.WholeOf(context.Connection.RemoteIpAddress), identity.TokenId, role);

    private static CallerIdentity? GetIdentity(this HttpContext context)
    {
        CallerIdentity? found = null;
        foreach (var identity in context.User.Identities.OfType<CallerIdentity>())
        {
            found = identity.Caller is Caller.Engine || found?.Caller is null or Caller.Staff ? identity : found;
        }

        return found;
    }

    /// <summary>
    /// The member of staff whose token the request carries and who has the role; null if there is none. Of several tokens each gives the
    /// rights of its own member only: the role of one does not open the sources of another.
    /// </summary>
    public static Caller.Staff? GetStaff(this HttpContext context, string role) => context.GetStaffIdentity(role)?.Caller as Caller.Staff;

    /// <summary>Whether the member of <see cref="GetStaff"/> has another role as well.</summary>
    public static bool HasAlso(this HttpContext context, string role, string other) =>
        context.GetStaffIdentity(role)?.HasClaim(ClaimTypes.Role, other) == true;

    private static CallerIdentity? GetStaffIdentity(this HttpContext context, string role) =>
        context.User.Identities.OfType<CallerIdentity>()
            .FirstOrDefault(identity => identity.Caller is Caller.Staff && identity.HasClaim(ClaimTypes.Role, role));

    /// <summary>The client whose token the request carries; null for any other caller.</summary>
    public static ClientApp? GetClient(this HttpContext context)
    {
        foreach (var identity in context.User.Identities)
        {
            if (identity is CallerIdentity { Client: { } client })
            {
                return client;
            }
        }

        return null;
    }
}
