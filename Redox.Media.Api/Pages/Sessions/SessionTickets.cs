using System.Buffers.Text;
using System.Security.Claims;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Staff;

namespace Redox.Media.Api.Pages.Sessions;

/// <summary>
/// The sessions behind the cookies, as rows of the database: they can be listed and ended, and roles are those of now. The cookie holds a
/// random key, the row a digest of it.
/// </summary>
internal sealed class SessionTickets(
    IStaffSessionStore store, LastKnownGood<StaffSettings> staff, IOptions<ConsoleSettings> settings, TimeProvider time) : ITicketStore
{
    private const int KeyBytes = 32;

    /// <summary>Requests are noted at most this often.</summary>
    private static readonly TimeSpan NoteInterval = TimeSpan.FromMinutes(1);

    public Task<string> StoreAsync(AuthenticationTicket ticket) => throw new NotSupportedException();

    public async Task<string> StoreAsync(AuthenticationTicket ticket, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var identity = ticket.Principal.Identities.OfType<CallerIdentity>().Single();
        var caller = (Caller.Staff)identity.Caller;
        var key = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(KeyBytes));
        var now = time.GetUtcNow();
        var issuer = identity.Issuer;
        await store.AddAsync(
            new StaffSession
            {
                Id = IdOf(key),
                Staff = caller.Member,
                Issuer = issuer,
                Roles = issuer is null ? null : [.. identity.FindAll(identity.RoleClaimType).Select(claim => claim.Value)],
                Sources = issuer is null ? null : caller.VisibleSources,
                TokenId = issuer is null ? identity.TokenId : null,
                Address = RemoteAddress.WholeOf(httpContext.Connection.RemoteIpAddress),
                StartedAt = now,
                SeenAt = now,
                ExpiresAt = now + settings.Value.MaxSession,
            },
            cancellationToken);
        return key;
    }

    public Task RenewAsync(string key, AuthenticationTicket ticket) => Task.CompletedTask; // nothing is stored in the ticket

    public Task<AuthenticationTicket?> RetrieveAsync(string key) => throw new NotSupportedException();

    public async Task<AuthenticationTicket?> RetrieveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        var now = time.GetUtcNow();
        if (await store.FindAsync(IdOf(key), cancellationToken) is not { } session || !session.IsOpen(now, settings.Value.IdleTimeout)
            || IdentityOf(session) is not { } identity)
        {
            return null;
        }

        if (now - session.SeenAt >= NoteInterval)
        {
            await store.TouchAsync(session.Id, now, cancellationToken);
        }

        httpContext.Features.Set(session);
        var properties = new AuthenticationProperties { IssuedUtc = session.StartedAt, ExpiresUtc = session.ExpiresAt };
        return new AuthenticationTicket(new ClaimsPrincipal(identity), properties, SessionCookie.Scheme);
    }

    public Task RemoveAsync(string key) => throw new NotSupportedException();

    public async Task RemoveAsync(string key, HttpContext httpContext, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(IdOf(key), cancellationToken) is { } session)
        {
            await store.EndAsync(session.Staff, session.Id, time.GetUtcNow(), cancellationToken);
        }
    }

    // Null when the settings no longer have the token that the person signed in with.
    private CallerIdentity? IdentityOf(StaffSession session)
    {
        var tokenId = session.Id.ToString();
        if (session.Issuer is not null)
        {
            return CallerIdentity.OfStaff(session.Staff, session.Roles ?? [], session.Sources, tokenId, session.Issuer);
        }

        var member = staff.Value.Members.FirstOrDefault(one =>
            one.Name == session.Staff && one.Token.Length > 0 && TokenDigest.IdOf(one.Token) == session.TokenId);
        return member is null ? null : CallerIdentity.OfStaff(member.Name, member.Roles, member.Sees, tokenId);
    }

    private static Guid IdOf(string key) => new(SHA256.HashData(Encoding.UTF8.GetBytes("session\n" + key)).AsSpan(0, 16));
}
