using System.Globalization;
using Redox.Media.Core.Messages;

namespace Redox.Media.Api.Endpoints;

/// <summary>
/// An ID that a sender chose, made safe for logs and error texts. Redox's IDs are UUIDs, its retired ones numbers; anything else could
/// be a name in the wrong field or a line break for the log, and shows as a hash by which it can still be followed.
/// </summary>
internal static class SafeId
{
    private const int LongestNumber = 20;

    public static string Of(string? id) =>
        string.IsNullOrEmpty(id) ? "-"
        : IsPlain(id) ? id
        : "#" + Digest.Hash64('#', id).ToString("x16", CultureInfo.InvariantCulture);

    public static bool IsPlain(string id) =>
        Guid.TryParseExact(id, "D", out _) || (id.Length <= LongestNumber && id.All(char.IsAsciiDigit));
}
