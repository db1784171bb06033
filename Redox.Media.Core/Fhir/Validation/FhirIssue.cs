namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// One thing that is wrong with a request. It says where and which rule, never what stood there: issues go into answers and rows where
/// nothing about a patient may go.
/// </summary>
/// <param name="IsMalformed">True when it is no legal R4 at all (400); false when it is legal and still refused here (422).</param>
/// <param name="Code">Of HL7's issue-type, such as <c>required</c>.</param>
/// <param name="Expression">A FHIRPath such as <c>Media.note[1].text</c>; null when the request as a whole is meant.</param>
/// <param name="Text">What is asked there.</param>
public sealed record FhirIssue(bool IsMalformed, string Code, string? Expression, string Text)
{
    public static FhirIssue Malformed(string code, string? expression, string text) => new(true, code, expression, text);

    public static FhirIssue Refused(string? expression, string text) => new(false, IssueCodes.BusinessRule, expression, text);
}

/// <summary>The codes of HL7's issue-type that are used here. Source: FHIR R4, valueset-issue-type.</summary>
public static class IssueCodes
{
    public const string Invalid = "invalid";
    public const string Structure = "structure";
    public const string Required = "required";
    public const string Value = "value";
    public const string Invariant = "invariant";
    public const string Unknown = "unknown";
    public const string Forbidden = "forbidden";
    public const string NotSupported = "not-supported";
    public const string NotFound = "not-found";
    public const string Deleted = "deleted";
    public const string MultipleMatches = "multiple-matches";
    public const string TooLong = "too-long";
    public const string TooCostly = "too-costly";
    public const string BusinessRule = "business-rule";
    public const string Throttled = "throttled";
    public const string NoStore = "no-store";
    public const string Timeout = "timeout";
    public const string Exception = "exception";
    public const string Informational = "informational";
}
