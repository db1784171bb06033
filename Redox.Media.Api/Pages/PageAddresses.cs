namespace Redox.Media.Api.Pages;

/// <summary>The addresses of the pages.</summary>
internal static class PageAddresses
{
    public const string Home = "/support";
    public const string Help = "/support/help";
    public const string Search = "/support/search";
    public const string SignIn = "/support/sign-in";
    public const string SignOut = "/support/sign-out";
    public const string Sessions = "/support/sessions";
    public const string Deliveries = "/support/deliveries";
    public const string Documents = "/support/documents";
    public const string SetAside = "/support/set-aside";
    public const string Overview = "/support/overview";
    public const string Audit = "/support/audit";
    public const string Clients = "/support/clients";

    /// <summary>Whether a text is an address of a page of this service, and of no other server.</summary>
    public static bool IsPage(string? address) =>
        address is not null && (address == Home || address.StartsWith(Home + "/", StringComparison.Ordinal)
            || address.StartsWith(Home + "?", StringComparison.Ordinal))
        && !address.Any(char.IsControl) && !address.Contains('\\', StringComparison.Ordinal);
}
