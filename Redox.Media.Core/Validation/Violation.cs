namespace Redox.Media.Core.Validation;

/// <summary>
/// One rule that a message breaks. It says where and which, never what stood there: violations go into answers and logs, where nothing
/// about a patient may go.
/// </summary>
/// <param name="Path">
/// The place, such as <c>Media.Provider.ID</c> or <c>Patient.Identifiers[2].ID</c>; <c>$</c> is the message as a whole. A member that
/// the schema does not know is called <see cref="UnknownMember"/>, since even its name may say something about a patient.
/// </param>
/// <param name="Rule">What is asked there, such as <c>is required</c> or <c>must be a string</c>.</param>
public sealed record Violation(string Path, string Rule)
{
    internal const string Whole = "$";
    internal const string UnknownMember = "(unknown member)";
}
