namespace Redox.Media.Api.Security;

/// <summary>What staff may do.</summary>
internal static class StaffRoles
{
    /// <summary>Follow deliveries and documents; sees no name, no patient identifier and no content.</summary>
    public const string Trace = "trace";

    /// <summary>Open what patients' records hold.</summary>
    public const string Phi = "phi";

    /// <summary>Put things right: release, repeat, change.</summary>
    public const string Operate = "operate";

    public static readonly IReadOnlyList<string> All = [Trace, Phi, Operate];
}
