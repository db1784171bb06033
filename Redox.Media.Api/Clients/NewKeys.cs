using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Clients;

/// <summary>What a client is to show who it is with: public keys that are given, or a secret, which is made and never given.</summary>
internal sealed record NewKeys
{
    /// <summary>In bytes.</summary>
    public const int MaxKeys = 64 * 1024;

    public IReadOnlyList<ClientKey> Keys { get; private init; } = [];

    /// <summary>To be shown once; null for public keys.</summary>
    public string? Secret { get; private init; }

    /// <summary>Why there are none; null if there are.</summary>
    public string? Problem { get; private init; }

    public static NewKeys None { get; } = new();

    public static NewKeys NewSecret(DateTimeOffset now)
    {
        var (key, secret) = ClientSecret.Create(now);
        return new NewKeys { Keys = [key], Secret = secret };
    }

    /// <param name="json">A JWK or a JWK Set.</param>
    /// <param name="name">What it is called in a problem, such as the name of a file.</param>
    public static NewKeys Read(ReadOnlyMemory<byte> json, string name, DateTimeOffset now)
    {
        if (json.Length > MaxKeys)
        {
            return Wrong($"{name} is too large to be a JWK Set");
        }

        var (keys, problem) = PublicJwk.ReadAll(json);
        return problem is null
            ? new NewKeys { Keys = [.. keys.Select(key => new ClientKey(key.KeyId, now) { Jwk = key.Json })] }
            : Wrong($"{name} {problem}");
    }

    public static NewKeys Wrong(string problem) => new() { Problem = problem };
}
