namespace Redox.Media.Api.Configuration;

/// <summary>Section <c>Staff</c>, a list: support staff and their roles.</summary>
public sealed class StaffMember
{
    public const string Section = "Staff";

    /// <summary>The name of the person or team in audit rows.</summary>
    public string Name { get; init; } = "";

    /// <summary>The bearer token, without white space around it (<see cref="TokenRules"/>).</summary>
    public string Token { get; init => field = value?.Trim() ?? ""; } = "";

    /// <summary>Any of <c>trace</c>, <c>phi</c>, <c>operate</c>.</summary>
    public IList<string> Roles { get; init; } = [];
}

/// <summary>The staff list as one options object.</summary>
public sealed class StaffSettings
{
    public IList<StaffMember> Members { get; init; } = [];
}
