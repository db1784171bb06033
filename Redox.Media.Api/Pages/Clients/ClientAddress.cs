namespace Redox.Media.Api.Pages.Clients;

/// <summary>The addresses of the pages of registered clients. An ID may be any of their last parts, and is in the query.</summary>
internal static class ClientAddress
{
    public const string One = PageAddresses.Clients + "/client", Add = PageAddresses.Clients + "/add",
        AddEngine = PageAddresses.Clients + "/add-engine", Rotate = PageAddresses.Clients + "/rotate",
        Revoke = PageAddresses.Clients + "/revoke";

    public static string Of(string page, string id) => page + QueryString.Create("id", id);
}
