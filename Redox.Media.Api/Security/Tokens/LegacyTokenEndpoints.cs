using System.Globalization;
using System.Text.Json;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Redox;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// The calls of Redox's legacy API keys: a token of 24 hours for the secret of a registered client (its ID is the key), and further ones
/// for the refresh token that comes with it, each once. Errors are plain text, as at Redox.
/// </summary>
internal sealed partial class LegacyTokenEndpoints(
    KnownClients clients, TokenSigner signer, AccessTokens tokens, TokenRate rate, IClientRegistry registry, FailedAuthentications failures,
    TimeProvider time, ILogger<LegacyTokenEndpoints> logger)
{
    public const string AuthenticatePath = "/auth/authenticate", RefreshPath = "/auth/refreshToken";

    private const string RefreshType = "rt+jwt";

    private static readonly TimeSpan AccessLifetime = TimeSpan.FromHours(24), RefreshLifetime = TokenSigner.MaxLifetime;

    private static readonly JsonDocumentOptions Strict = new() { AllowDuplicateProperties = false, MaxDepth = 4 };

    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(AuthenticatePath, (HttpContext context, LegacyTokenEndpoints legacy) => legacy.RunAsync(context, isRefresh: false))
            .AllowAnonymous().Describe(TokenOpenApi.DescribeAuthenticate);
        routes.MapPost(RefreshPath, (HttpContext context, LegacyTokenEndpoints legacy) => legacy.RunAsync(context, isRefresh: true))
            .AllowAnonymous().Describe(TokenOpenApi.DescribeRefresh);
    }

    private async Task RunAsync(HttpContext context, bool isRefresh)
    {
        var body = await SmallBody.ReadAsync(context);
        if (signer.Issuer is null)
        {
            await ErrorResponses.NotFoundAsync(context);
            return;
        }

        var proof = isRefresh ? "refreshToken" : "secret";
        if (context.Request.QueryString.HasValue || body is null || Read(body, "apiKey", proof) is not { } given)
        {
            await WriteAsync(context, StatusCodes.Status400BadRequest, $"The body must be JSON with apiKey and {proof}.");
            return;
        }

        var refresh = isRefresh ? await signer.VerifyAsync(given.Proof, RefreshType) : null;
        var client = isRefresh ? (refresh?.Client.Id == given.Key ? refresh.Client : null)
            : clients.Find(given.Key) is var found && KnownClient.HasSecret(found, given.Proof) && !found.IsEngine ? found : null;
        if (client is not null && !rate.TryAcquire(context, client)) // before a refresh token is used
        {
            await WriteAsync(context, StatusCodes.Status429TooManyRequests, "Too many requests; please use a token until it expires.");
            return;
        }

        var id = Guid.NewGuid();
        if (client is null || (refresh is not null && !await UseAsync(refresh, id, context.RequestAborted)))
        {
            await failures.ReportAsync(context, CredentialKind.Secret);
            await WriteAsync(context, StatusCodes.Status401Unauthorized, $"The apiKey or {proof} is not valid.");
            return;
        }

        await GiveAsync(context, client, id);
    }

    private Task<bool> UseAsync(SignedToken refresh, Guid id, CancellationToken cancellation) =>
        registry.UseAssertionAsync(refresh.Client.Id, refresh.Id, id, refresh.ExpiresAt, cancellation);

    private Task GiveAsync(HttpContext context, KnownClient client, Guid id)
    {
        var expires = time.GetUtcNow() + AccessLifetime;
        if (tokens.Issue(client, client.Scopes, id, AccessLifetime) is not { } token)
        {
            context.Response.Headers.RetryAfter = "5";
            return WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "Temporarily unavailable; please try again.");
        }

        LogIssued(logger, client.Id, id);
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsJsonAsync(new Dictionary<string, string?>
        {
            ["accessToken"] = token,
            ["expires"] = expires.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["refreshToken"] = signer.Sign(RefreshType, client, [], Guid.NewGuid(), RefreshLifetime),
        });
    }

    private static (string Key, string Proof)? Read(byte[] body, string key, string proof)
    {
        try
        {
            using var document = JsonDocument.Parse(body, Strict);
            return Text(document.RootElement, key) is { } one && Text(document.RootElement, proof) is { } other ? (one, other) : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string? Text(JsonElement json, string member) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString() : null;

    private static Task WriteAsync(HttpContext context, int status, string text)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "text/plain; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        return context.Response.WriteAsync(text, context.RequestAborted);
    }

    [LoggerMessage(EventId = 1853, Level = LogLevel.Information, Message = "Client {Client} got the legacy token {TokenId}")]
    private static partial void LogIssued(ILogger logger, string client, Guid tokenId);
}
