namespace Redox.Media.Core.Parsing;

/// <summary>
/// Whether an ID that a caller chose has the form of Redox's own: a UUID, formerly a number. Any other text could be a name or a number of
/// a patient in the wrong field.
/// </summary>
public static class PlainId
{
    private const int MaxNumberDigits = 20;

    public static bool Is(string id) =>
        Guid.TryParseExact(id, "D", out _) || (id.Length <= MaxNumberDigits && id.All(char.IsAsciiDigit));
}
