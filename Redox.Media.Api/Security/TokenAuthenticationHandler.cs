using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Redox;
using Redox.Media.Api.Security.Tokens;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security;

/// <summary>
/// Authenticates the engine, clients and staff by the request's head alone, before any of the body is read. Redox sends its token in
/// <c>verification-token</c>, newer configurations also in <c>Authorization: Bearer</c>, and the GET form of the challenge in the query.
/// Tokens of staff and clients count in <c>Authorization</c> only. One known token is enough; a wrong token in the query fails the
/// request whatever the headers hold.
/// </summary>
internal sealed class TokenAuthenticationHandler(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenStore tokens,
    AccessTokens accessTokens, AccessAudit audit)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Token";

    public const string TokenName = "verification-token";

    private const string Bearer = "Bearer ";

    /// <summary>Whether the request's head carries a token, known or not.</summary>
    public static bool HasToken(HttpRequest request) =>
        request.Headers.ContainsKey(TokenName)
        || request.Headers[HeaderNames.Authorization].Any(IsBearer)
        || (HttpMethods.IsGet(request.Method) && request.Query.ContainsKey(TokenName));

    protected override async Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var result = Authenticate();
        if (result is { Succeeded: false, None: false } && AccessToken is { } token && await accessTokens.FindAsync(token) is { } client)
        {
            return Succeed([client]);
        }

        return result;
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => ErrorResponses.UnauthorizedAsync(Context);

    // A client's token is valid for the FHIR API and for POST at the Redox endpoint; elsewhere it counts as an unknown one.
    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        await audit.RecordRefusalAsync(Context);
        await (Context.GetCaller() is Caller.Client ? ErrorResponses.UnauthorizedAsync(Context) : ErrorResponses.ForbiddenAsync(Context));
    }

    private AuthenticateResult Authenticate()
    {
        if (!HasToken(Request))
        {
            return AuthenticateResult.NoResult();
        }

        var identities = new List<CallerIdentity>(2);
        foreach (var token in Request.Headers[TokenName])
        {
            TokenStore.Add(tokens.FindEngine(token ?? ""), identities);
        }

        var authorization = Request.Headers[HeaderNames.Authorization];
        foreach (var value in authorization.Where(IsBearer))
        {
            tokens.AddBearer(value![Bearer.Length..].Trim(), withClients: authorization.Count == 1, identities);
        }

        if (HttpMethods.IsGet(Request.Method))
        {
            foreach (var token in Request.Query[TokenName])
            {
                if (tokens.FindEngine(token ?? "") is not { } engine)
                {
                    return AuthenticateResult.Fail("unknown token in the query");
                }

                TokenStore.Add(engine, identities);
            }
        }

        return identities.Count == 0
            ? AuthenticateResult.Fail("unknown token")
            : Succeed(identities);
    }

    private static AuthenticateResult Succeed(List<CallerIdentity> identities) =>
        AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identities), SchemeName));

    // As the token of a client of the settings: the only Authorization header, and no token in the query.
    private string? AccessToken =>
        Request.Headers[HeaderNames.Authorization] is [{ } value] && IsBearer(value)
        && !(HttpMethods.IsGet(Request.Method) && Request.Query.ContainsKey(TokenName))
        && value[Bearer.Length..].Trim() is var token && AccessTokens.LooksLikeOne(token) ? token : null;

    public static bool IsBearer(string? value) => value?.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) == true;
}
