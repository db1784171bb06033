using System.Text;
using Redox.Media.Api.Clients;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Pages.Clients;

/// <summary>The registered clients that a member of staff sees.</summary>
/// <param name="Hidden">How many others there are.</param>
public sealed record ClientListModel(IReadOnlyList<RegisteredClient> Clients, int Hidden);

/// <summary>A registered client.</summary>
/// <param name="IsShadowed">Whether the settings have a client with its ID, so that it is not served.</param>
public sealed record ClientModel(RegisteredClient Client, bool IsShadowed);

/// <summary>A secret that was made for a client.</summary>
/// <param name="Done">What was done, in a sentence.</param>
public sealed record SecretModel(string ClientId, string Done, string Secret);

/// <summary>The form for a new client, as it was sent.</summary>
public sealed record ClientForm
{
    public bool IsEngine { get; init; }

    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public string Source { get; init; } = "";

    /// <summary>Separated by white space.</summary>
    public string Scopes { get; init; } = "";

    /// <summary>A source a line.</summary>
    public string Visible { get; init; } = "";

    public string MaxRequests { get; init; } = "";

    public KeyFields Key { get; init; } = new();

    /// <summary>Why what was sent was not done; null for a form that was not sent.</summary>
    public string? Problem { get; init; }

    internal NewClient Client => new()
    {
        Id = Id.Trim(),
        Name = Name,
        Source = Source,
        Scopes = Scopes.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries),
        Visible = Visible.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        MaxRequests = NewClient.Requests(MaxRequests),
        IsEngine = IsEngine,
        JwksUrl = Key.Kind == KeyFields.Address ? Key.Url.Trim() : null,
    };

    public static async Task<ClientForm> ReadAsync(HttpContext context, bool isEngine)
    {
        var form = await context.Request.ReadFormAsync(context.RequestAborted);
        return new ClientForm
        {
            IsEngine = isEngine,
            Id = form["client"].ToString(),
            Name = form["name"].ToString(),
            Source = form["source"].ToString(),
            Scopes = form["scopes"].ToString(),
            Visible = form["visible"].ToString(),
            MaxRequests = form["max-requests"].ToString(),
            Key = isEngine ? new KeyFields { Kind = KeyFields.NewSecret } : KeyFields.Of(form),
        };
    }
}

/// <summary>The form that adds a key to a client, retires one, or does both.</summary>
public sealed record RotateForm(RegisteredClient Client)
{
    public KeyFields Key { get; init; } = new();

    /// <summary>The ID of the key to retire; empty for none.</summary>
    public string Retired { get; init; } = "";

    /// <inheritdoc cref="ClientForm.Problem"/>
    public string? Problem { get; init; }
}

/// <summary>The page that asks before a client is revoked.</summary>
public sealed record RevokeForm(RegisteredClient Client, string? Problem);

/// <summary>What of a form says which key is added.</summary>
public sealed record KeyFields
{
    public const string PublicKey = "key", NewSecret = "secret", Address = "address", Neither = "none";

    private const string Field = "the field for keys";

    public string Kind { get; init; } = PublicKey;

    /// <summary>A JWK or a JWK Set.</summary>
    public string Json { get; init; } = "";

    /// <summary>Where the client publishes its keys.</summary>
    public string Url { get; init; } = "";

    public static KeyFields Of(IFormCollection form) =>
        new() { Kind = form["key-kind"].ToString(), Json = form["key"].ToString(), Url = form["jwks-url"].ToString() };

    internal NewKeys Read(DateTimeOffset now) => Kind switch
    {
        NewSecret => NewKeys.NewSecret(now),
        PublicKey => NewKeys.Read(Encoding.UTF8.GetBytes(Json), Field, now),
        _ => NewKeys.None,
    };

    /// <summary>The fields to be shown again, without a text that is no public key: it may be a private one.</summary>
    internal KeyFields Shown(NewKeys read) => read.Problem is null ? this : this with { Json = "" };
}
