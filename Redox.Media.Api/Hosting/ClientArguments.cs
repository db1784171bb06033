using System.Globalization;
using Redox.Media.Api.Clients;

namespace Redox.Media.Api.Hosting;

/// <summary>The arguments of <c>clients</c>: a verb, the ID of a client, and options, some of which may be repeated.</summary>
internal sealed record ClientArguments(string Verb, string Id, ILookup<string, string> Options)
{
    public const string Usage = """
        Usage: clients list
               clients show ID
               clients add ID --name NAME --source SOURCE [--scope SCOPE]... [--visible SOURCE]... [--max-requests NUMBER]
                 --key FILE | --secret new
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
        ["add"] = ["--name", "--source", "--scope", "--visible", "--max-requests", "--key", "--secret"],
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

    public string? KeyFile => Options["--key"].FirstOrDefault();

    /// <summary>The one value that is understood: a secret is made and never given.</summary>
    public bool MakesSecret => IsEngine || Options["--secret"].FirstOrDefault() == "new";

    public string? Retired => Options["--retire"].FirstOrDefault();

    public NewClient Client => new()
    {
        Id = Id, Name = Name, Source = Source, Scopes = Scopes, Visible = Visible, MaxRequests = MaxRequests, IsEngine = IsEngine,
    };

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

    private bool IsComplete =>
        Options["--secret"].All(value => value == "new") && !(KeyFile is not null && MakesSecret) && Verb switch
        {
            "add" => Name is not null && Source is not null && (KeyFile is not null || MakesSecret),
            "add-engine" => Name is not null,
            "rotate" => KeyFile is not null || MakesSecret || Retired is not null,
            _ => true,
        };

    // What is no number is out of range.
    private static int Number(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : 0;
}
