using System.Globalization;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Outbound;
using Redox.Media.Core.Clients;

namespace Redox.Media.Api.Clients;

/// <summary>A client that is to be registered, as the command or a page asks for it.</summary>
internal sealed record NewClient
{
    /// <summary>In characters.</summary>
    public const int MaxName = 200;

    public required string Id { get; init; }

    public string? Name { get; init; }

    /// <summary>The source of the documents that it creates; none for the engine.</summary>
    public string? Source { get; init; }

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public IReadOnlyList<string> Visible { get; init; } = [];

    public int? MaxRequests { get; init; }

    public bool IsEngine { get; init; }

    /// <summary>Where the client publishes its keys, in place of keys that are given; null for none.</summary>
    public string? JwksUrl { get; init; }

    /// <summary>Which rule a value breaks; null if none does.</summary>
    public string? Problem() =>
        !ClientValidation.IsId(Id) ? $"the ID must have 1 to {ClientValidation.MaxIdLength} letters, digits, hyphens, underscores or dots"
        : string.IsNullOrWhiteSpace(Name) ? "the name is empty"
        : Name.Trim().Length > MaxName ? $"the name must have at most {MaxName} characters"
        : string.IsNullOrWhiteSpace(Source) && !IsEngine ? "the source is empty: it is the source of the documents that the client creates"
        : Visible.Any(string.IsNullOrWhiteSpace) ? "a visible source is empty: it is the ID of a source, or * for all"
        : Visible.Append(Name).Append(Source ?? "").Any(text => text.Any(char.IsControl)) ? "the name or a source has a control character"
        : Scopes.FirstOrDefault(scope => !SmartScopes.IsOne(scope)) is { } unknown
            ? $"{unknown} is no scope; valid are SMART scopes such as system/Media.cruds"
        : MaxRequests is < 1 or > FhirSettings.MaxMaxRequestsPerSecond
            ? $"the maximum of requests must be 1 to {FhirSettings.MaxMaxRequestsPerSecond} a second"
        : JwksUrl is not null && !(Uri.TryCreate(JwksUrl, UriKind.Absolute, out var url) && OutboundClient.IsValid(url))
            ? "the JWKS address must be an https URL without a user name"
        : null;

    /// <summary>Null for an empty text; what is no number is out of range.</summary>
    public static int? Requests(string? text) => string.IsNullOrWhiteSpace(text) ? null
        : int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;

    public RegisteredClient With(IReadOnlyList<ClientKey> keys, DateTimeOffset now) => new()
    {
        Id = Id,
        Name = Name!.Trim(),
        SourceId = Source?.Trim() ?? "",
        IsEngine = IsEngine,
        Scopes = Scopes,
        VisibleSources = [.. Visible.Select(source => source.Trim())],
        MaxRequestsPerSecond = MaxRequests,
        RegisteredAt = now,
        JwksUrl = JwksUrl,
        Keys = keys,
    };
}
