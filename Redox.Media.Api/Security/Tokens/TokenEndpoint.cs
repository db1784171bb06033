using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Hosting;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Redox;
using Redox.Media.Core.Clients;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>
/// Gives an access token to a client that proves itself by a signed assertion, at Redox's address and with Redox's responses, and to the
/// engine for its secret. Source: RFC 6749, section 4.4; RFC 7523.
/// </summary>
internal sealed partial class TokenEndpoint(
    AssertionValidator validator, KnownClients clients, TokenSigner signer, AccessTokens tokens, TokenRate rate,
    IClientRegistry registry, FailedAuthentications failures, MediaMetrics metrics, ILogger<TokenEndpoint> logger)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private const string FormType = "application/x-www-form-urlencoded";

    private const int MaxParameters = 32, RetryAfterSeconds = 5;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(AssertionValidator.TokenPath, (HttpContext context, TokenEndpoint endpoint) => endpoint.RunAsync(context))
            .AllowAnonymous().Describe(TokenOpenApi.DescribeToken);

    private async Task RunAsync(HttpContext context)
    {
        var body = await SmallBody.ReadAsync(context); // also of a request that is refused by its head, which is then no broken connection
        if (signer.Issuer is null)
        {
            await ErrorResponses.NotFoundAsync(context);
            return;
        }

        var (form, error) = Read(context.Request, body);
        if (form is null || (error = FormError(form)) is not null)
        {
            await RefuseAsync(context, error!);
            return;
        }

        var (inHeader, inBody) = (SecretCredential.IsInHeader(context.Request), SecretCredential.IsInBody(form));
        if (inHeader || inBody)
        {
            await ((inHeader && inBody) || form.ContainsKey("client_assertion")
                ? RefuseAsync(context, TokenError.OneProof)
                : GiveEngineAsync(context, SecretCredential.Read(context.Request, form)));
            return;
        }

        if ((error = AssertionError(form)) is not null)
        {
            await RefuseAsync(context, error);
            return;
        }

        (var assertion, error) = await validator.ValidateAsync(form["client_assertion"].ToString(), context.RequestAborted);
        if (assertion is null)
        {
            await failures.ReportAsync(context, CredentialKind.Assertion);
            await RefuseAsync(context, error!);
            return;
        }

        var scopes = SmartScopes.Narrow(form.GetValueOrDefault("scope").ToString(), assertion.Client.Scopes);
        if (scopes is null)
        {
            await RefuseAsync(context, TokenError.Scope);
            return;
        }

        await GiveAsync(context, assertion, scopes);
    }

    private async Task GiveAsync(HttpContext context, ClientAssertion assertion, IReadOnlyList<string> scopes)
    {
        if (!rate.TryAcquire(context, assertion.Client))
        {
            await RefuseAsync(context, TokenError.TooMany, StatusCodes.Status429TooManyRequests);
            return;
        }

        try
        {
            var id = Guid.NewGuid();
            if (!await registry.UseAssertionAsync(assertion.Client.Id, assertion.Jti, id, assertion.ExpiresAt, context.RequestAborted))
            {
                await failures.ReportAsync(context, CredentialKind.Assertion);
                await RefuseAsync(context, TokenError.Unexpected);
            }
            else
            {
                await IssueAsync(context, assertion.Client, scopes, id);
            }
        }
        catch (StoreUnavailableException)
        {
            await UnavailableAsync(context);
        }
    }

    /// <summary>
    /// The engine has a secret in place of a key, and no limit: it repeats what is refused, and holds back everything behind it.
    /// </summary>
    private async Task GiveEngineAsync(HttpContext context, SecretCredential? credential)
    {
        var client = credential is null ? null : clients.Find(credential.ClientId);
        if (KnownClient.HasSecret(client, credential?.Secret ?? "") && client.IsEngine)
        {
            await IssueAsync(context, client, [], Guid.NewGuid());
            return;
        }

        await failures.ReportAsync(context, CredentialKind.Secret);
        context.Response.Headers.WWWAuthenticate = "Basic";
        await RefuseAsync(context, TokenError.Client, StatusCodes.Status401Unauthorized);
    }

    private Task IssueAsync(HttpContext context, KnownClient client, IReadOnlyList<string> scopes, Guid id)
    {
        if (tokens.Issue(client, scopes, id, AccessTokens.Lifetime) is not { } token)
        {
            return UnavailableAsync(context);
        }

        LogIssued(logger, client.Id, id);
        return WriteAsync(context, StatusCodes.Status200OK, JsonSerializer.SerializeToUtf8Bytes(new
        {
            access_token = token,
            scope = string.Join(' ', scopes),
            token_type = "Bearer",
            expires_in = (int)AccessTokens.Lifetime.TotalSeconds,
        }));
    }

    private static TokenError? FormError(Dictionary<string, StringValues> form)
    {
        var grant = form.GetValueOrDefault("grant_type");
        return form.Values.Any(values => values.Count > 1) ? TokenError.Repeated
            : StringValues.IsNullOrEmpty(grant) ? TokenError.NoGrantType
            : grant != "client_credentials" ? TokenError.GrantType
            : null;
    }

    private static TokenError? AssertionError(Dictionary<string, StringValues> form)
    {
        var type = form.GetValueOrDefault("client_assertion_type");
        return StringValues.IsNullOrEmpty(type) ? TokenError.NoAssertionType
            : type != AssertionType ? TokenError.AssertionType
            : StringValues.IsNullOrEmpty(form.GetValueOrDefault("client_assertion")) ? TokenError.NoAssertion
            : null;
    }

    private static (Dictionary<string, StringValues>? Form, TokenError? Error) Read(HttpRequest request, byte[]? body) =>
        request.QueryString.HasValue ? (null, TokenError.Query)
        : !MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase) ? (null, TokenError.ContentType)
        : body is null ? (null, TokenError.TooLarge)
        : Parse(Encoding.UTF8.GetString(body));

    private static (Dictionary<string, StringValues>? Form, TokenError? Error) Parse(string body)
    {
        try
        {
            using var reader = new FormReader(body) { ValueCountLimit = MaxParameters, ValueLengthLimit = SmallBody.MaxBytes };
            return (reader.ReadForm(), null);
        }
        catch (InvalidDataException)
        {
            return (null, TokenError.TooLarge);
        }
    }

    private Task UnavailableAsync(HttpContext context)
    {
        metrics.RecordRejection(RejectReason.StoreUnavailable);
        context.Response.Headers.RetryAfter = RetryAfterSeconds.ToString(CultureInfo.InvariantCulture);
        return RefuseAsync(context, TokenError.Unavailable, StatusCodes.Status503ServiceUnavailable);
    }

    private static Task RefuseAsync(HttpContext context, TokenError error, int status = StatusCodes.Status400BadRequest) =>
        WriteAsync(context, status, error.ToJson());

    private static async Task WriteAsync(HttpContext context, int status, byte[] body)
    {
        context.Response.StatusCode = status;
        context.Response.ContentType = "application/json; charset=utf-8";
        context.Response.Headers.CacheControl = "no-store";
        context.Response.Headers.Pragma = "no-cache";
        context.Response.ContentLength = body.Length;
        await context.Response.Body.WriteAsync(body, context.RequestAborted);
    }

    [LoggerMessage(EventId = 1850, Level = LogLevel.Information, Message = "Client {Client} got the token {TokenId}")]
    private static partial void LogIssued(ILogger logger, string client, Guid tokenId);
}
