using System.Globalization;
using System.Text;

namespace Redox.Media.Core.Messages;

/// <summary>Text that was received, for a page: control and format characters, which some use to deceive, become visible.</summary>
public static class VisibleText
{
    /// <summary>Whether a character shows nothing, or changes how others are shown, such as their direction.</summary>
    public static bool IsInvisible(Rune rune) => Rune.GetUnicodeCategory(rune) is
        UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator
        or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    /// <summary>The code point of a character, as it is shown instead of it.</summary>
    public static string CodePoint(Rune rune) => string.Create(CultureInfo.InvariantCulture, $"⟨U+{rune.Value:X4}⟩");

    /// <summary>A text with the code points of its invisible characters.</summary>
    /// <param name="maxChars">Longer texts lose their middle.</param>
    public static string Of(string text, int maxChars = int.MaxValue)
    {
        if (text.Length > maxChars)
        {
            var half = maxChars / 2;
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Of(text[..half])}… {text.Length - (2 * half)} characters …{Of(text[^half..])}");
        }

        var visible = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
        {
            visible.Append(IsInvisible(rune) ? CodePoint(rune) : rune.ToString());
        }

        return visible.ToString();
    }
}
