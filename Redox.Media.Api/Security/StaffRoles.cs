namespace Redox.Media.Api.Security;

/// <summary>The roles of staff.</summary>
internal static class StaffRoles
{
    /// <summary>May look up deliveries and documents, without names, patient identifiers and content.</summary>
    public const string Trace = "trace";

    /// <summary>May open protected health information.</summary>
    public const string Phi = "phi";

    /// <summary>May release and discard set-aside deliveries.</summary>
    public const string Operate = "operate";

    /// <summary>May read the audit; with <see cref="Phi"/> also what was asked for, and the identifiers of patients.</summary>
    public const string Audit = "audit";

    /// <summary>May register clients, change their keys and revoke them.</summary>
    public const string Clients = "clients";

    public static readonly IReadOnlyList<string> All = [Trace, Phi, Operate, Audit, Clients];
}
