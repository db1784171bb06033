namespace Redox.Media.Core.Validation;

/// <summary>
/// One rule that a message breaks: the place and the rule, never the value, because violations go into responses and logs, where nothing
/// about a patient may go.
/// </summary>
/// <param name="Path">
/// The place, such as <c>Media.Provider.ID</c> or <c>Patient.Identifiers[2].ID</c>; <c>$</c> is the message as a whole. A member that
/// the schema does not know is named <see cref="UnknownMember"/>, because even its name may contain PHI.
/// </param>
/// <param name="Rule">The rule, such as <c>is required</c> or <c>must be a string</c>.</param>
public sealed record Violation(string Path, string Rule)
{
    internal const string Whole = "$";
    internal const string UnknownMember = "(unknown member)";
}
