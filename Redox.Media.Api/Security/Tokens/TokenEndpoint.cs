using System.Globalization;
using System.Text;
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
    AssertionValidator validator, TokenSigner signer, AccessTokens tokens, TokenRate rate, IClientRegistry registry,
    FailedAuthentications failures, MediaMetrics metrics, ILogger<TokenEndpoint> logger)
{
    private const string AssertionType = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

    private const string FormType = "application/x-www-form-urlencoded";

    private const int MaxParameters = 32, RetryAfterSeconds = 5;

    public static void Map(IEndpointRouteBuilder routes) =>
        routes.MapPost(AssertionValidator.TokenPath, (HttpContext context, TokenEndpoint endpoint) => endpoint.RunAsync(context))
            .AllowAnonymous().Describe(TokenOpenApi.DescribeToken);

    private async Task RunAsync(HttpContext context)
    {
        if (signer.Issuer is null)
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

        return await SmallBody.ReadAsync(context.Request) is { } body ? Parse(Encoding.UTF8.GetString(body)) : (null, TokenError.TooLarge);
    }

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

    private static Task RefuseAsync(HttpContext context, TokenError error, int status = StatusCodes.Status400BadRequest)
    {
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
