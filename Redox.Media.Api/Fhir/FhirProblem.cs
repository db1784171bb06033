using Redox.Media.Core.Deliveries;
using Redox.Media.Api.Observability;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Validation;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Why a request is not done: one status, one code and one text for each reason. Texts are Canvas Medical's where it documents one.
/// Source: Canvas Medical's FHIR reference, responses; FHIR R4, issue-type.
/// </summary>
internal sealed record FhirProblem(int Status, string Code, string Text)
{
    public static readonly FhirProblem BadRequest = new(StatusCodes.Status400BadRequest, IssueCodes.Invalid, "Bad request");
    public static readonly FhirProblem Unauthenticated = new(StatusCodes.Status401Unauthorized, IssueCodes.Unknown, "Authentication failed");
    public static readonly FhirProblem Forbidden = new(StatusCodes.Status403Forbidden, IssueCodes.Forbidden, "Authorization failed");
    public static readonly FhirProblem UnknownAddress = new(StatusCodes.Status404NotFound, IssueCodes.NotSupported, "Nothing is served at this address");
    public static readonly FhirProblem UnknownType = new(StatusCodes.Status404NotFound, IssueCodes.NotSupported, "This type of resource is not supported");
    public static readonly FhirProblem NoContent = new(StatusCodes.Status404NotFound, IssueCodes.NotFound, "This resource has no content here");
    public static readonly FhirProblem WrongVerb = new(StatusCodes.Status405MethodNotAllowed, IssueCodes.NotSupported, "Operation is not supported");
    public static readonly FhirProblem NotAcceptable = new(StatusCodes.Status406NotAcceptable, IssueCodes.NotSupported, "Answers are application/fhir+json, of FHIR 4.0");
    public static readonly FhirProblem Gone = new(StatusCodes.Status410Gone, IssueCodes.Deleted, "This resource has been deleted");
    public static readonly FhirProblem SeveralMatches = new(StatusCodes.Status412PreconditionFailed, IssueCodes.MultipleMatches, "If-None-Exist finds more than one resource");
    public static readonly FhirProblem TooLarge = new(StatusCodes.Status413PayloadTooLarge, IssueCodes.TooLong, "The body is larger than this service takes");
    public static readonly FhirProblem WrongMediaType = new(StatusCodes.Status415UnsupportedMediaType, IssueCodes.NotSupported, "Bodies are application/fhir+json or application/json, of FHIR 4.0, in UTF-8 and without a Content-Encoding");
    public static readonly FhirProblem NoSuchRange = new(StatusCodes.Status416RangeNotSatisfiable, IssueCodes.Value, "The content ends before this range");
    public static readonly FhirProblem BusinessRule = new(StatusCodes.Status422UnprocessableEntity, IssueCodes.BusinessRule, "Unprocessable entity");
    public static readonly FhirProblem TooOften = new(StatusCodes.Status429TooManyRequests, IssueCodes.Throttled, "Too many requests; please come more slowly");
    public static readonly FhirProblem Busy = new(StatusCodes.Status503ServiceUnavailable, IssueCodes.Throttled, "Too many bytes are in flight; please try again");
    public static readonly FhirProblem NoStore = new(StatusCodes.Status503ServiceUnavailable, IssueCodes.NoStore, "The archive cannot be reached just now; please try again");
    public static readonly FhirProblem Late = new(StatusCodes.Status503ServiceUnavailable, IssueCodes.Timeout, "This took longer than it may; please ask for less");
    public static readonly FhirProblem Bug = new(StatusCodes.Status500InternalServerError, IssueCodes.Exception, "Internal server error");

    /// <summary>The problem of a create whose outcome is not a success; <see cref="OutcomeTable"/> has its status and code.</summary>
    public static FhirProblem Of(OutcomeRow row) => new(row.FhirStatus!.Value, row.FhirCode!, row.FhirStatus switch
    {
        StatusCodes.Status412PreconditionFailed => SeveralMatches.Text,
        StatusCodes.Status413PayloadTooLarge => TooLarge.Text,
        StatusCodes.Status422UnprocessableEntity => BusinessRule.Text,
        StatusCodes.Status403Forbidden => Forbidden.Text,
        _ => BadRequest.Text,
    });

    /// <summary>Why it was refused for now; null when it was not.</summary>
    public RejectReason? RejectReason => this == Busy ? Observability.RejectReason.Budget : this == NoStore ? Observability.RejectReason.Database : this == Late ? Observability.RejectReason.Late : null;

    /// <param name="id">Only an id that can be one is repeated.</param>
    public static FhirProblem NotFound(FhirResourceType type, string id) => new(
        StatusCodes.Status404NotFound, IssueCodes.NotFound, FhirId.TryParse(id, out _) ? $"Unknown {type} resource '{id}'" : $"Unknown {type} resource");

    /// <summary>There is no such version, and perhaps no such resource either.</summary>
    public static FhirProblem VersionNotFound(FhirResourceType type, FhirId id) =>
        new(StatusCodes.Status404NotFound, IssueCodes.NotFound, $"Unknown version of {type} resource '{id}'");

    /// <summary>What a client can do about a bug of ours.</summary>
    public static FhirIssue AskWith(string correlationId) => new(false, IssueCodes.Exception, null, $"Support finds this request by {correlationId}.");

    public static FhirProblem ReplacedBy(FhirResourceType type, FhirId id) => Gone with { Text = $"This resource has been replaced by {type}/{id}" };
}
