using System.Globalization;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Observability;

/// <summary>
/// An ID that a sender chose, made safe for logs and error texts. Redox's IDs are UUIDs, its retired ones numbers; anything else could
/// be a name in the wrong field or a line break for the log, and shows as a hash by which it can still be followed.
/// </summary>
internal static class LogSafeId
{
    private const int MaxNumberDigits = 20;

    public static string Of(string? id) =>
        string.IsNullOrEmpty(id) ? "-"
        : IsPlain(id) ? id
        : "#" + Digest.Hash64('#', id).ToString("x16", CultureInfo.InvariantCulture);

    public static bool IsPlain(string id) =>
        Guid.TryParseExact(id, "D", out _) || (id.Length <= MaxNumberDigits && id.All(char.IsAsciiDigit));
}
