using System.Globalization;
using Redox.Media.Core.Documents;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Makes an ID that a caller chose safe for logs and error texts. Redox's IDs are UUIDs, formerly numbers. Anything else could be a name
/// in the wrong field or contain a line break, and is replaced by its hash, which still identifies it.
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
