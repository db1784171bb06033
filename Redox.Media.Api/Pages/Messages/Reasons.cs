namespace Redox.Media.Api.Pages.Messages;

/// <summary>Why a person opens protected health information: one of a list, and what they add.</summary>
internal static class Reasons
{
    public const int MaxText = 400;

    public static readonly IReadOnlyList<string> All =
    [
        "Set-aside delivery", "Ticket of a customer", "Wrong patient", "Quality check", "Another reason",
    ];

    /// <summary>Null when the choice is not one of the list, or another reason is not written out.</summary>
    public static string? Of(string? choice, string? text)
    {
        var words = (text ?? "").Trim();
        return !All.Contains(choice ?? "") || words.Length > MaxText || (choice == All[^1] && words.Length == 0) ? null
            : words.Length == 0 ? choice : choice == All[^1] ? words : $"{choice}: {words}";
    }
}
