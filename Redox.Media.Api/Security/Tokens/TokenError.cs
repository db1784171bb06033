using System.Text.Json;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// Why no token is given, in Redox's words, which partner apps know. Unknown clients, unknown keys and wrong signatures have the same text.
/// Source: Redox, "Troubleshoot OAuth API key errors"; RFC 6749, section 5.2.
/// </summary>
/// <param name="Description">Empty for an unexpected audience, algorithm, <c>jti</c> or <c>iat</c>, as at Redox.</param>
internal sealed record TokenError(string Description, string Code = TokenError.InvalidRequest)
{
    private const string InvalidRequest = "invalid_request";

    private const string Help = "https://docs.redoxengine.com/permalink/7sEi7MTFssZ1JuHpUYLeYJ";

    public static readonly TokenError ContentType = new("x-www-form-urlencoded content-type required");
    public static readonly TokenError NoGrantType = new("Missing grant_type parameter");
    public static readonly TokenError GrantType = new("The grant_type parameter should equal 'client_credentials'");
    public static readonly TokenError NoAssertionType = new("Missing client assertion type");
    public static readonly TokenError AssertionType = new("Invalid client assertion type");
    public static readonly TokenError NoAssertion = new("Missing client assertion");
    public static readonly TokenError NoKid = new("JWT header kid property is required");
    public static readonly TokenError Key = new("Public key not found, check client_id, kid and Redox dashboard settings");
    public static readonly TokenError Unexpected = new("");

    // Redox has no words for these.
    public static readonly TokenError Query = new("Parameters belong in the body, not in the address");
    public static readonly TokenError Repeated = new("A parameter is given more than once");
    public static readonly TokenError TooLarge = new("The body is too large or did not arrive in time");
    public static readonly TokenError OneProof = new("Give one proof: an assertion, or a secret in the header or in the body");
    public static readonly TokenError Client = new("The client or its secret is not known", "invalid_client");
    public static readonly TokenError Scope = new("The client has none of these scopes", "invalid_scope");
    public static readonly TokenError TooMany = new("Too many requests; please use a token until it expires", "slow_down");
    public static readonly TokenError Unavailable = new("Temporarily unavailable; please send a new assertion", "temporarily_unavailable");

    public static TokenError Claim(string name) => new($"Unexpected {name} claim value");

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new { error = Code, error_description = Description, error_uri = Help });
}
