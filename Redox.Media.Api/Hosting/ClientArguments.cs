using System.Globalization;
using Redox.Media.Api.Configuration;
using Redox.Media.Api.Fhir;
using Redox.Media.Api.Outbound;

namespace Redox.Media.Api.Hosting;

/// <summary>The arguments of <c>clients</c>: a verb, the ID of a client, and options, some of which may be repeated.</summary>
internal sealed record ClientArguments(string Verb, string Id, ILookup<string, string> Options)
{
    public const string Usage = """
        Usage: clients list
               clients show ID
               clients add ID --name NAME --source SOURCE [--scope SCOPE]... [--visible SOURCE]... [--max-requests NUMBER]
                 --key FILE | --jwks-url URL | --secret new
               clients add-engine ID --name NAME
               clients rotate ID [--key FILE | --secret new] [--retire KID]
               clients revoke ID
        with files that have a public key as a JWK (RSA of at least 2048 bits for RS384, or P-384 for ES384), and in --max-requests the
        requests a second; --secret new makes a secret, which is printed once
        """;

    private static readonly Dictionary<string, string[]> OptionsOf = new()
    {
        ["list"] = [],
        ["show"] = [],
        ["add"] = ["--name", "--source", "--scope", "--visible", "--max-requests", "--key", "--jwks-url", "--secret"],
        ["add-engine"] = ["--name"],
        ["rotate"] = ["--key", "--secret", "--retire"],
        ["revoke"] = [],
    };

    private static readonly string[] Repeatable = ["--scope", "--visible"];

    /// <summary>The Redox engine in place of a partner app; it has a secret, and no source of its own.</summary>
    public bool IsEngine => Verb == "add-engine";

    public string? Name => Options["--name"].FirstOrDefault();

    public string? Source => Options["--source"].FirstOrDefault();

    public IReadOnlyList<string> Scopes => [.. Options["--scope"]];

    public IReadOnlyList<string> Visible => [.. Options["--visible"]];

    /// <summary>Where the client publishes its keys, in place of a file.</summary>
    public string? JwksUrl => Options["--jwks-url"].FirstOrDefault();

    public string? KeyFile => Options["--key"].FirstOrDefault();

    /// <summary>The one value that is understood: a secret is made and never given.</summary>
    public bool MakesSecret => IsEngine || Options["--secret"].FirstOrDefault() == "new";

    public string? Retired => Options["--retire"].FirstOrDefault();

    public int? MaxRequests => Options["--max-requests"].FirstOrDefault() is { } text ? Number(text) : null;

    /// <summary>Null for arguments that are not understood.</summary>
    public static ClientArguments? Read(IReadOnlyList<string> arguments)
    {
        if (arguments.Count == 0 || !OptionsOf.TryGetValue(arguments[0], out var known))
        {
            return null;
        }

        var hasId = arguments[0] != "list";
        var first = hasId ? 2 : 1;
        if (arguments.Count < first || (arguments.Count - first) % 2 != 0)
        {
            return null;
        }

        var options = Enumerable.Range(0, (arguments.Count - first) / 2)
            .Select(place => (Name: arguments[first + (2 * place)], Value: arguments[first + (2 * place) + 1]))
            .ToLookup(option => option.Name, option => option.Value);
        var read = new ClientArguments(arguments[0], hasId ? arguments[1] : "", options);
        return options.All(option => known.Contains(option.Key) && (option.Count() == 1 || Repeatable.Contains(option.Key)))
            && read.IsComplete ? read : null;
    }

    /// <summary>What is wrong with the values for a new client; null if nothing is.</summary>
    public string? Problem() =>
        !ClientValidation.IsId(Id) ? $"the ID must have 1 to {ClientValidation.MaxIdLength} letters, digits, hyphens, underscores or dots"
        : string.IsNullOrWhiteSpace(Name) ? "--name is empty"
        : string.IsNullOrWhiteSpace(Source) && !IsEngine ? "--source is empty: it is the source of the documents that the client creates"
        : Visible.Any(string.IsNullOrWhiteSpace) ? "--visible is empty: it is the ID of a source, or * for all"
        : Scopes.FirstOrDefault(scope => !SmartScopes.IsOne(scope)) is { } unknown
            ? $"{unknown} is no scope; valid are SMART scopes such as system/Media.cruds"
        : MaxRequests is < 1 or > FhirSettings.MaxMaxRequestsPerSecond
            ? $"--max-requests must be 1 to {FhirSettings.MaxMaxRequestsPerSecond} requests a second"
        : JwksUrl is not null && !(Uri.TryCreate(JwksUrl, UriKind.Absolute, out var url) && OutboundClient.IsValid(url))
            ? "--jwks-url must be an https URL without a user name"
        : null;

    private bool IsComplete =>
        Options["--secret"].All(value => value == "new") && !(KeyFile is not null && MakesSecret) && Verb switch
        {
            "add" => Name is not null && Source is not null
                && (KeyFile is not null ? 1 : 0) + (JwksUrl is not null ? 1 : 0) + (MakesSecret ? 1 : 0) == 1,
            "add-engine" => Name is not null,
            "rotate" => KeyFile is not null || MakesSecret || Retired is not null,
            _ => true,
        };

    // What is no number is out of range.
    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
