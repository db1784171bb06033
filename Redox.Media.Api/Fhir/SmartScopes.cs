using System.Text.RegularExpressions;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Api.Fhir;

/// <summary>The permissions of a scope.</summary>
[Flags]
internal enum Permissions
{
    None = 0,
    Create = 1,
    Read = 2,
    Update = 4,
    Delete = 8,
    Search = 16,
    All = Create | Read | Update | Delete | Search,
}

/// <summary>
/// SMART scopes: <c>system/Media.cruds</c> with any of the letters in that order, and the first version's <c>read</c>, <c>write</c> and
/// <c>*</c>. Without a scope nothing is permitted. Source: SMART App Launch 2.0, scopes; Backend Services.
/// </summary>
internal static partial class SmartScopes
{
    public static bool IsOne(string scope) => Parse(scope) is not null;

    public static Permissions For(FhirResourceType type, IEnumerable<string> scopes) => scopes
        .Select(Parse)
        .Where(scope => scope is { } one && (one.Type == "*" || one.Type == type.ToString()))
        .Aggregate(Permissions.None, (sum, scope) => sum | scope!.Value.Permissions);

    /// <summary>
    /// What a client gets that asks for scopes: of each type the permissions that it has and asks for. Words that are no SMART scope do not
    /// count; without any other it gets all that it has. Null if it has nothing of what it asks for. Source: RFC 6749, section 3.3.
    /// </summary>
    /// <param name="asked">Separated by spaces.</param>
    public static IReadOnlyList<string>? Narrow(string asked, IReadOnlyList<string> has)
    {
        string[] wanted = [.. asked.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(IsOne)];
        if (wanted.Length == 0)
        {
            return has;
        }

        string[] narrowed =
        [
            .. Enum.GetValues<FhirResourceType>()
                .Select(type => (Type: type, Letters: Letters(For(type, wanted) & For(type, has))))
                .Where(one => one.Letters.Length > 0)
                .Select(one => $"system/{one.Type}.{one.Letters}"),
        ];
        return narrowed.Length == 0 ? null : narrowed;
    }

    /// <summary>The permissions in the syntax of the second version.</summary>
    public static string Letters(Permissions permissions) =>
        string.Concat("cruds".Where(letter => permissions.HasFlag(Meaning(letter.ToString()))));

    private static (string Type, Permissions Permissions)? Parse(string scope)
    {
        var match = Shape().Match(scope);
        return match.Success ? (match.Groups["type"].Value, Meaning(match.Groups["what"].Value)) : null;
    }

    private static Permissions Meaning(string what) => what switch
    {
        "*" => Permissions.All,
        "read" => Permissions.Read | Permissions.Search,
        "write" => Permissions.Create | Permissions.Update | Permissions.Delete,
        _ => what.Aggregate(Permissions.None, (sum, letter) => sum | letter switch
        {
            'c' => Permissions.Create,
            'r' => Permissions.Read,
            'u' => Permissions.Update,
            'd' => Permissions.Delete,
            _ => Permissions.Search,
        }),
    };

    [GeneratedRegex(
        @"^(system|user)/(?<type>\*|[A-Z][A-Za-z]*)\.(?<what>\*|read|write|(?!\z)c?r?u?d?s?)\z",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex Shape();
}
