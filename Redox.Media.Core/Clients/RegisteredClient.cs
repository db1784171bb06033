namespace Redox.Media.Core.Clients;

/// <summary>A partner app of the registry in the database. Those of the settings are not among them.</summary>
public sealed record RegisteredClient
{
    /// <summary>Keys, and secrets, that are not retired: one of each, and a second one while they are rotated.</summary>
    public const int MaxLiveKeys = 2;

    public required string Id { get; init; }

    /// <summary>What people call it.</summary>
    public required string Name { get; init; }

    /// <summary>The source of the documents that it creates; empty for the engine.</summary>
    public required string SourceId { get; init; }

    /// <summary>SMART scopes; none permits nothing.</summary>
    public IReadOnlyList<string> Scopes { get; init; } = [];

    /// <summary>The sources that it may see, <c>*</c> for all; none means its own.</summary>
    public IReadOnlyList<string> VisibleSources { get; init; } = [];

    /// <summary>The Redox engine, which may do what it may do with a verification token.</summary>
    public bool IsEngine { get; init; }

    /// <summary>The https address of a JWK Set with its keys; null for a client whose keys are registered.</summary>
    public string? JwksUrl { get; init; }

    /// <summary>Null for the limit of the settings.</summary>
    public int? MaxRequestsPerSecond { get; init; }

    /// <summary>Encrypts the searches in its addresses of next pages. The registry makes it.</summary>
    public string PageSecret { get; init; } = "";

    /// <summary>Tokens of another epoch are not valid.</summary>
    public int Epoch { get; init; } = 1;

    public required DateTimeOffset RegisteredAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public IReadOnlyList<ClientKey> Keys { get; init; } = [];

    public IEnumerable<ClientKey> LiveKeys => Keys.Where(key => key.RetiredAt is null);
}

/// <summary>A public key of a client, or a secret.</summary>
/// <param name="Id">The <c>kid</c> of a key; a name for a secret.</param>
public sealed record ClientKey(string Id, DateTimeOffset AddedAt)
{
    /// <summary>The key as a JWK; null for a secret.</summary>
    public string? Jwk { get; init; }

    /// <summary>See <see cref="ClientSecret.DigestOf"/>; null for a key.</summary>
    public byte[]? SecretDigest { get; init; }

    public DateTimeOffset? RetiredAt { get; init; }

    public bool IsSecret => SecretDigest is not null;
}
