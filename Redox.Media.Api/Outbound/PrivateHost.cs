using System.Globalization;

namespace Redox.Media.Api.Outbound;

/// <summary>An entry of <c>Outbound:PrivateHosts</c>.</summary>
/// <param name="Host">A name, or an address without brackets.</param>
/// <param name="Port">Null for every port.</param>
internal readonly record struct PrivateHost(string Host, int? Port)
{
    /// <returns>Null for a text that is neither <c>host</c> nor <c>host:port</c>.</returns>
    public static PrivateHost? Parse(string? text)
    {
        var entry = text?.Trim() ?? "";
        if (!Uri.TryCreate("https://" + entry, UriKind.Absolute, out var uri) || uri.PathAndQuery != "/" || entry.EndsWith('/')
            || uri.UserInfo.Length > 0 || uri.Fragment.Length > 0 || uri.IdnHost.Length == 0)
        {
            return null;
        }

        var last = entry.Split(']')[^1].Split(':');
        return last.Length == 1 ? new PrivateHost(uri.IdnHost, null)
            : int.TryParse(last[^1], NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port > 0
                ? new PrivateHost(uri.IdnHost, port) : null;
    }

    public bool Matches(string host, int port) =>
        string.Equals(Host, host, StringComparison.OrdinalIgnoreCase) && (Port ?? port) == port;
}
