namespace Redox.Media.Core.Fhir.Validation;

/// <summary>
/// One thing that is wrong with a request: the path and the broken rule, never a value. Issues go into responses and rows that must not
/// contain patient data.
/// </summary>
/// <param name="IsMalformed">True for invalid R4 (400); false for valid R4 that is refused (422).</param>
/// <param name="Code">Of HL7's issue-type, such as <c>required</c>.</param>
/// <param name="Expression">A FHIRPath such as <c>Media.note[1].text</c>; null for the request as a whole.</param>
/// <param name="Text">The rule.</param>
public sealed record FhirIssue(bool IsMalformed, string Code, string? Expression, string Text)
{
    public static FhirIssue Malformed(string code, string? expression, string text) => new(true, code, expression, text);

    public static FhirIssue Refused(string? expression, string text) => new(false, IssueCodes.BusinessRule, expression, text);
}

/// <summary>The codes of HL7's issue-type that the service uses. Source: FHIR R4, valueset-issue-type.</summary>
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
