using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.OpenIdConnect;
using Microsoft.IdentityModel.Protocols.OpenIdConnect;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;

namespace Redox.Media.Api.Pages.Sessions;

/// <summary>
/// Signing in with the identity provider of the organisation (OpenID Connect, code flow with PKCE). What it says of a person becomes a
/// session as after a token: its name, roles and sources are those of the sign-in. No token of the provider is kept.
/// </summary>
internal static class IdentityProvider
{
    public const string Scheme = "IdentityProvider";

    private const string Callback = PageAddresses.SignIn + "/callback";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds the provider of the settings; nothing if they name none.</summary>
    public static void AddIdentityProvider(this AuthenticationBuilder authentication, IConfiguration configuration, bool isDevelopment)
    {
        var console = configuration.GetSection(ConsoleSettings.Section).Get<ConsoleSettings>();
        if (console?.OpenIdConnect is { IsValid: true } settings)
        {
            authentication.AddOpenIdConnect(Scheme, options => Configure(options, settings, console.SecureCookies ?? !isDevelopment));
        }
    }

    public static string NameOfProvider(this OpenIdConnectSettings settings) =>
        settings.DisplayName ?? new Uri(settings.Authority).Host;

    private static void Configure(OpenIdConnectOptions options, OpenIdConnectSettings settings, bool secureCookies)
    {
        options.Authority = settings.Authority;
        options.ClientId = settings.ClientId;
        options.ClientSecret = settings.ClientSecret;
        options.SignInScheme = SessionCookie.Scheme;
        options.ResponseType = OpenIdConnectResponseType.Code;
        options.ResponseMode = OpenIdConnectResponseMode.Query; // with which cookies for this site are enough
        options.CallbackPath = Callback;
        options.SaveTokens = false;
        options.MapInboundClaims = false;
        options.RequireHttpsMetadata = !new Uri(settings.Authority).IsLoopback;
        options.BackchannelTimeout = Timeout;
        options.Scope.Clear();
        foreach (var scope in settings.Scopes.Prepend("openid").Distinct())
        {
            options.Scope.Add(scope);
        }

        foreach (var cookie in new[] { options.CorrelationCookie, options.NonceCookie })
        {
            cookie.SameSite = SameSiteMode.Lax;
            cookie.SecurePolicy = secureCookies ? CookieSecurePolicy.Always : CookieSecurePolicy.SameAsRequest;
        }

        options.Events.OnTokenValidated = context => TakeAsync(context, settings);
        options.Events.OnTicketReceived = RecordAsync;
        options.Events.OnRemoteFailure = FailAsync;
        options.Events.OnAccessDenied = context =>
        {
            context.HandleResponse();
            return SayAsync(context.HttpContext, "Signing in was stopped at the identity provider.");
        };
    }

    private static Task TakeAsync(TokenValidatedContext context, OpenIdConnectSettings settings)
    {
        var claims = context.Principal!;
        if (claims.FindFirst(settings.NameClaim)?.Value is not { Length: > 0 } name)
        {
            context.Fail($"The claim {settings.NameClaim} is missing.");
            return Task.CompletedTask;
        }

        var granted = claims.FindAll(settings.RolesClaim).Select(claim => claim.Value).ToHashSet(StringComparer.Ordinal);
        var roles = StaffRoles.All.Where(role => granted.Contains(settings.Roles.TryGetValue(role, out var other) ? other : role));
        string[]? sources = settings.SourcesClaim is { } claim ? [.. claims.FindAll(claim).Select(source => source.Value)] : null;

        // Never the name of a member of staff in the settings.
        var member = $"{name} ({new Uri(settings.Authority).Host})";
        context.Principal = new ClaimsPrincipal(
            CallerIdentity.OfStaff(member, roles, sources, TokenDigest.IdOf(context.SecurityToken.Id ?? name), settings.Authority));
        return Task.CompletedTask;
    }

    private static async Task RecordAsync(TicketReceivedContext context)
    {
        var http = context.HttpContext;
        http.User = context.Principal!;
        http.Request.Headers.Cookie = default; // as SignInEndpoints does
        await http.RequestServices.GetRequiredService<AccessAudit>()
            .RecordAsync(http, new AccessRequest(AuditAct.SignIn), AuditOutcome.Success);
    }

    private static async Task FailAsync(RemoteFailureContext context)
    {
        context.HandleResponse();
        await context.HttpContext.RequestServices.GetRequiredService<FailedAuthentications>()
            .ReportAsync(context.HttpContext, CredentialKind.Query);
        await SayAsync(
            context.HttpContext,
            "The answer of the identity provider cannot be used: it was too late, was for another browser, or its settings "
            + "(Console:OpenIdConnect) do not fit. Try once more; if it happens again, tell the administrator of Redox.Media.");
    }

    private static Task SayAsync(HttpContext context, string text) =>
        PlainPage.WriteAsync(context, StatusCodes.Status401Unauthorized, "You are not signed in", text);
}
