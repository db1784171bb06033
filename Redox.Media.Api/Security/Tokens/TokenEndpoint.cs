using System.Globalization;
using System.Text;
using System.Threading.RateLimiting;
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
/// Gives an access token to a client that proves itself by a signed assertion, at Redox's address and with Redox's responses. Source:
/// RFC 6749, section 4.4; RFC 7523.
/// </summary>
internal sealed partial class TokenEndpoint(
    AssertionValidator validator, AccessTokens tokens, IClientRegistry registry, FailedAuthentications failures, MediaMetrics metrics,
    ILogger<TokenEndpoint> logger) : IDisposable
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private const string FormType = "application/x-www-form-urlencoded";

    private const int MaxBodyBytes = 16 * 1024, MaxParameters = 32, RetryAfterSeconds = 5;

    /// <summary>A client needs one token in five minutes.</summary>
    private const int MaxTokensPerSecond = 10;

    private static readonly TimeSpan BodyTimeout = TimeSpan.FromSeconds(5);

    private readonly PartitionedRateLimiter<KnownClient> _rate = PartitionedRateLimiter.Create<KnownClient, string>(client =>
        RateLimitPartition.GetTokenBucketLimiter(client.Id, _ => ClientRateLimit.OptionsFor(MaxTokensPerSecond)));

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(AssertionValidator.TokenPath, (HttpContext context, TokenEndpoint endpoint) => endpoint.RunAsync(context))
            .AllowAnonymous().Describe(TokenOpenApi.DescribeToken);

    public void Dispose() => _rate.Dispose();

    private async Task RunAsync(HttpContext context)
    {
        if (tokens.Issuer is null)
        {
            FhirResponses.LeaveBodyUnread(context);
            await ErrorResponses.NotFoundAsync(context);
            return;
        }

        var (form, error) = await ReadAsync(context);
        if (form is null || (error = FormError(form)) is not null)
        {
            await RefuseAsync(context, error!);
            return;
        }

        (var assertion, error) = validator.Validate(form["client_assertion"].ToString());
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
        using var lease = _rate.AttemptAcquire(assertion.Client);
        if (!lease.IsAcquired)
        {
            context.Response.Headers[ClientRateLimit.LimitHeader] = MaxTokensPerSecond.ToString(CultureInfo.InvariantCulture);
            await RefuseAsync(context, TokenError.TooMany, StatusCodes.Status429TooManyRequests, retryAfter: 1);
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
            else if (tokens.Issue(assertion.Client, scopes, id, AccessTokens.Lifetime) is { } token)
            {
                LogIssued(logger, assertion.Client.Id, id);
                await WriteAsync(context, StatusCodes.Status200OK, System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(new
                {
                    access_token = token,
                    scope = string.Join(' ', scopes),
                    token_type = "Bearer",
                    expires_in = (int)AccessTokens.Lifetime.TotalSeconds,
                }));
            }
            else
            {
                await UnavailableAsync(context);
            }
        }
        catch (StoreUnavailableException)
        {
            await UnavailableAsync(context);
        }
    }

    private static TokenError? FormError(Dictionary<string, StringValues> form)
    {
        var (grant, type, assertion) = (form.GetValueOrDefault("grant_type"), form.GetValueOrDefault("client_assertion_type"),
            form.GetValueOrDefault("client_assertion"));
        return form.Values.Any(values => values.Count > 1) ? TokenError.Repeated
            : StringValues.IsNullOrEmpty(grant) ? TokenError.NoGrantType
            : grant != "client_credentials" ? TokenError.GrantType
            : StringValues.IsNullOrEmpty(type) ? TokenError.NoAssertionType
            : type != AssertionType ? TokenError.AssertionType
            : StringValues.IsNullOrEmpty(assertion) ? TokenError.NoAssertion
            : null;
    }

    private static async Task<(Dictionary<string, StringValues>? Form, TokenError? Error)> ReadAsync(HttpContext context)
    {
        if (context.Request.QueryString.HasValue)
        {
            return (null, TokenError.Query);
        }

        if (!MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var type)
            || !type.MediaType.Equals(FormType, StringComparison.OrdinalIgnoreCase))
        {
            return (null, TokenError.ContentType);
        }

        return await ReadBodyAsync(context) is { } body ? Parse(body) : (null, TokenError.TooLarge);
    }

    private static (Dictionary<string, StringValues>? Form, TokenError? Error) Parse(string body)
    {
        try
        {
            using var reader = new FormReader(body) { ValueCountLimit = MaxParameters, ValueLengthLimit = MaxBodyBytes };
            return (reader.ReadForm(), null);
        }
        catch (InvalidDataException)
        {
            return (null, TokenError.TooLarge);
        }
    }

    // Reads within the connection's own buffer, as a challenge is read.
    private static async Task<string?> ReadBodyAsync(HttpContext context)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        timeout.CancelAfter(BodyTimeout);
        try
        {
            var body = context.Request.BodyReader;
            var read = await body.ReadAtLeastAsync(MaxBodyBytes + 1, timeout.Token);
            var text = read.Buffer.Length > MaxBodyBytes ? null : Encoding.UTF8.GetString(read.Buffer);
            body.AdvanceTo(read.Buffer.End);
            return text;
        }
        catch (Exception exception) when (exception is IOException or OperationCanceledException)
        {
            return null;
        }
    }

    private Task UnavailableAsync(HttpContext context)
    {
        metrics.RecordRejection(RejectReason.StoreUnavailable);
        return RefuseAsync(context, TokenError.Unavailable, StatusCodes.Status503ServiceUnavailable, RetryAfterSeconds);
    }

    private static Task RefuseAsync(
        HttpContext context, TokenError error, int status = StatusCodes.Status400BadRequest, int? retryAfter = null)
    {
        if (retryAfter is { } seconds)
        {
            context.Response.Headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
        }

        FhirResponses.LeaveBodyUnread(context);
        return WriteAsync(context, status, error.ToJson());
    }

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
