using System.Security.Claims;
using System.Text.Encodings.Web;
using Microsoft.AspNetCore.Authentication;
using Microsoft.Extensions.Options;
using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Redox;

namespace Redox.Media.Api.Security;

/// <summary>
/// Tells who speaks from the headers alone, before anything of the body is read. Redox sends its token in <c>verification-token</c>,
/// newer configurations in <c>Authorization: Bearer</c> as well, and the GET form of the handshake in the query; either proof will do.
/// </summary>
internal sealed class TokenAuthentication(
    IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory loggers, UrlEncoder encoder, TokenStore tokens)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, loggers, encoder)
{
    public const string SchemeName = "Token";

    public const string TokenName = "verification-token";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var isUnknown = false;
        ClaimsPrincipal? caller = null;
        foreach (var token in Presented(Request))
        {
            foreach (var principal in tokens.Principals(token))
            {
                caller = caller is null ? principal : new ClaimsPrincipal(caller.Identities.Concat(principal.Identities));
            }

            // A client's own door knows it: what it shows there is no failed attempt.
            isUnknown |= caller is null && tokens.Client(token) is null;
        }

        return Task.FromResult(
            caller is not null ? AuthenticateResult.Success(new AuthenticationTicket(caller, Scheme.Name))
            : isUnknown ? AuthenticateResult.Fail("unknown token")
            : AuthenticateResult.NoResult());
    }

    protected override Task HandleChallengeAsync(AuthenticationProperties properties) => ErrorResponses.UnauthorizedAsync(Context);

    protected override Task HandleForbiddenAsync(AuthenticationProperties properties) => ErrorResponses.ForbiddenAsync(Context);

    /// <summary>Every token that the request shows outside its body.</summary>
    public static IEnumerable<string> Presented(HttpRequest request)
    {
        const string bearer = "Bearer ";
        foreach (var value in request.Headers[TokenName])
        {
            yield return value ?? "";
        }

        foreach (var value in request.Headers[HeaderNames.Authorization])
        {
            if (value?.StartsWith(bearer, StringComparison.OrdinalIgnoreCase) == true)
            {
                yield return value[bearer.Length..].Trim();
            }
        }

        if (HttpMethods.IsGet(request.Method))
        {
            foreach (var value in request.Query[TokenName])
            {
                yield return value ?? "";
            }
        }
    }
}
