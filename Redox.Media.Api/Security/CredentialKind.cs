using Microsoft.Net.Http.Headers;

namespace Redox.Media.Api.Security;

/// <summary>Where a request has its credential: the names in the log, the metric and the database.</summary>
internal static class CredentialKind
{
    public const string None = "none";
    public const string VerificationToken = "verification-token";
    public const string Bearer = "bearer";
    public const string Query = "query";
    public const string Body = "body";

    /// <summary>A signed assertion of a client, for a token.</summary>
    public const string Assertion = "assertion";

    /// <summary>A secret of a client, for a token, or what it got for one.</summary>
    public const string Secret = "secret";

    /// <summary>An <c>Authorization</c> header of another scheme.</summary>
    public const string Other = "other";

    public static string Of(HttpRequest request)
    {
        var authorization = request.Headers[HeaderNames.Authorization];
        return HttpMethods.IsGet(request.Method) && request.Query.ContainsKey(TokenAuthenticationHandler.TokenName) ? Query
            : request.Headers.ContainsKey(TokenAuthenticationHandler.TokenName) ? VerificationToken
            : authorization.Count == 0 ? None
            : authorization.Any(TokenAuthenticationHandler.IsBearer) ? Bearer
            : Other;
    }
}
