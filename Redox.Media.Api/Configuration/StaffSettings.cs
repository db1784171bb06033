namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Staff</c>, a list: support staff and their roles.</summary>
public sealed class StaffMember
{
    public const string Section = "Staff";

    /// <summary>Means every source in <see cref="Sources"/>.</summary>
    public const string AllSources = "*";

    /// <summary>The name of the person in audit rows. Unique: a token belongs to one person.</summary>
    public string Name { get; init; } = "";

    /// <summary>The bearer token, without white space around it (<see cref="TokenRules"/>).</summary>
    public string Token { get; init => field = value?.Trim() ?? ""; } = "";

    /// <summary>Any of <see cref="Security.StaffRoles"/>.</summary>
    public IList<string> Roles { get; init; } = [];

    /// <summary>
    /// The sources whose deliveries and documents the person may see, as in <c>Meta.Source.ID</c>. An empty list and <c>*</c> mean all.
    /// </summary>
    public IList<string> Sources { get; init; } = [];

    /// <summary>The visible sources of a look-up; null for all.</summary>
    public IReadOnlyList<string>? Sees => Sources.Count == 0 || Sources.Contains(AllSources) ? null : [.. Sources];
}

/// <summary>The staff list as one options object.</summary>
public sealed class StaffSettings
{
    public IList<StaffMember> Members { get; init; } = [];
}
