using System.Text.Json;
using Microsoft.IdentityModel.Tokens;
using Redox.Media.Api.Observability;
using Redox.Media.Api.Outbound;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Security.Tokens;

/// <summary>Fetches the JWK Sets of clients. What goes wrong is logged and counted, and otherwise has no effect.</summary>
internal sealed partial class JwksFetcher(
    [FromKeyedServices(OutboundSetup.Jwks)] OutboundClient client, MediaMetrics metrics, TimeProvider time, ILogger<JwksFetcher> logger)
{
    /// <summary>A set of a few keys has a few kilobytes; with certificates in it, some tens.</summary>
    private const int MaxBytes = 128 * 1024;

    private const int MaxKeys = 32;

    /// <summary>For all attempts with their bodies.</summary>
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    private const string Fetched = "fetched", InvalidDocument = "invalid-document";

    /// <summary>The keys that can be used here, by <c>kid</c>; null if there is no valid document.</summary>
    public async Task<IReadOnlyDictionary<string, SecurityKey>?> FetchAsync(string clientId, Uri url)
    {
        using var limit = new CancellationTokenSource(Timeout, time);
        try
        {
            var (keys, problem) = PublicJwk.ReadUsable(await client.GetBytesAsync(url, MaxBytes, limit.Token), MaxKeys);
            metrics.RecordJwksFetch(problem is null ? Fetched : InvalidDocument);
            if (problem is null)
            {
                LogFetched(logger, clientId, keys.Count);
                return keys.ToDictionary(key => key.KeyId, key => (SecurityKey)SignatureKeys.Of(key.Json), StringComparer.Ordinal);
            }

            LogFailed(logger, clientId, $"the document {problem}");
        }
        catch (OutboundException failed)
        {
            metrics.RecordJwksFetch(NameOf(failed.Failure));
            LogFailed(logger, clientId, failed.Message);
        }
        catch (OperationCanceledException)
        {
            metrics.RecordJwksFetch(NameOf(OutboundFailure.Timeout));
            LogFailed(logger, clientId, "it took too long");
        }

        return null;
    }

    private static string NameOf(OutboundFailure failure) => JsonNamingPolicy.KebabCaseLower.ConvertName(failure.ToString());

    [LoggerMessage(
        EventId = 1860, Level = LogLevel.Information,
        Message = "The keys of client {Client} were fetched from its JWKS address: {Keys} can be used")]
    private static partial void LogFetched(ILogger logger, string client, int keys);

    [LoggerMessage(
        EventId = 1861, Level = LogLevel.Warning,
        Message = "The keys of client {Client} cannot be fetched from its JWKS address; the last ones count for a day: {Reason}")]
    private static partial void LogFailed(ILogger logger, string client, string reason);
}
