using Redox.Media.Api.Observability;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Validation;
using static Microsoft.AspNetCore.Http.StatusCodes;

namespace Redox.Media.Api.Fhir;

/// <summary>
/// Why a request failed: one status, one issue code and one text for each reason. Texts are Canvas Medical's where it documents one.
/// Source: Canvas Medical's FHIR reference, responses; FHIR R4, issue-type.
/// </summary>
internal sealed record FhirProblem(int Status, string Code, string Text)
{
    public static readonly FhirProblem BadRequest = new(Status400BadRequest, IssueCodes.Invalid, "Bad request");

    public static readonly FhirProblem Unauthenticated = new(Status401Unauthorized, IssueCodes.Unknown, "Authentication failed");

    public static readonly FhirProblem Forbidden = new(Status403Forbidden, IssueCodes.Forbidden, "Authorization failed");

    public static readonly FhirProblem UnknownAddress = new(
        Status404NotFound, IssueCodes.NotSupported, "Nothing is served at this address");

    public static readonly FhirProblem UnknownType = new(
        Status404NotFound, IssueCodes.NotSupported, "This type of resource is not supported");

    public static readonly FhirProblem SystemNotSupported = new(
        Status404NotFound,
        IssueCodes.NotSupported,
        "Searches of all types, batches, transactions and messages are not supported; the addresses of resources begin with their type");

    public static readonly FhirProblem NoContent = new(Status404NotFound, IssueCodes.NotFound, "This resource has no content here");

    public static readonly FhirProblem MethodNotAllowed = new(
        Status405MethodNotAllowed, IssueCodes.NotSupported, "Operation is not supported");

    public static readonly FhirProblem NotAcceptable = new(
        Status406NotAcceptable, IssueCodes.NotSupported, "Responses are application/fhir+json, of FHIR 4.0");

    public static readonly FhirProblem BodyTimeout = new(
        Status408RequestTimeout, IssueCodes.Timeout, "The body took too long to arrive; please send it again");

    public static readonly FhirProblem Gone = new(Status410Gone, IssueCodes.Deleted, "This resource has been deleted");

    public static readonly FhirProblem SeveralMatches = new(
        Status412PreconditionFailed, IssueCodes.MultipleMatches, "If-None-Exist finds more than one resource");

    public static readonly FhirProblem TooLarge = new(
        Status413PayloadTooLarge, IssueCodes.TooLong, "The body is larger than this service accepts");

    public static readonly FhirProblem WrongMediaType = new(
        Status415UnsupportedMediaType,
        IssueCodes.NotSupported,
        "Bodies are application/fhir+json or application/json, of FHIR 4.0, in UTF-8 and without a Content-Encoding");

    public static readonly FhirProblem NoSuchRange = new(
        Status416RangeNotSatisfiable, IssueCodes.Value, "The content ends before this range");

    public static readonly FhirProblem BusinessRule = new(Status422UnprocessableEntity, IssueCodes.BusinessRule, "Unprocessable entity");

    public static readonly FhirProblem TooManyRequests = new(
        Status429TooManyRequests, IssueCodes.Throttled, "Too many requests; please send fewer of them per second");

    public static readonly FhirProblem TooManyInFlight = new(
        Status429TooManyRequests, IssueCodes.Throttled, "Too many searches or files in flight; please send fewer requests at a time");

    public static readonly FhirProblem TooManyUploads = new(
        Status429TooManyRequests, IssueCodes.Throttled, "Too many files wait for a Media that brings them");

    public static readonly FhirProblem TooManyConnections = new(
        Status503ServiceUnavailable, IssueCodes.Throttled, "Too many connections are open; please try again");

    public static readonly FhirProblem Overloaded = new(
        Status503ServiceUnavailable, IssueCodes.Throttled, "Too many bytes are in flight; please try again");

    public static readonly FhirProblem StoreUnavailable = new(
        Status503ServiceUnavailable, IssueCodes.NoStore, "The database is temporarily unavailable; please try again");

    public static readonly FhirProblem Timeout = new(
        Status503ServiceUnavailable, IssueCodes.Timeout, "The request took too long; please ask for less");

    public static readonly FhirProblem InternalError = new(Status500InternalServerError, IssueCodes.Exception, "Internal server error");

    public static readonly FhirProblem Damaged = new(
        Status500InternalServerError, IssueCodes.Exception, "The stored document is damaged and was not returned");

    /// <summary>The problem of a create whose outcome is not a success; <see cref="OutcomeTable"/> has its status and code.</summary>
    public static FhirProblem Of(OutcomeRow row) => new(row.FhirStatus!.Value, row.FhirCode!, row.FhirStatus switch
    {
        Status408RequestTimeout => BodyTimeout.Text,
        Status412PreconditionFailed => SeveralMatches.Text,
        Status413PayloadTooLarge => TooLarge.Text,
        Status422UnprocessableEntity => BusinessRule.Text,
        Status403Forbidden => Forbidden.Text,
        _ => BadRequest.Text,
    });

    /// <summary>Why the request was not served, for a response of 503; null for any other.</summary>
    public RejectReason? RejectReason =>
        this == Overloaded ? Observability.RejectReason.Overloaded
        : this == TooManyConnections ? Observability.RejectReason.TooManyConnections
        : this == StoreUnavailable ? Observability.RejectReason.StoreUnavailable
        : this == Timeout ? Observability.RejectReason.Timeout
        : null;

    /// <param name="id">The text repeats it only if it is a valid FHIR id.</param>
    public static FhirProblem NotFound(FhirResourceType type, string id) => new(
        Status404NotFound,
        IssueCodes.NotFound,
        FhirId.TryParse(id, out _) ? $"Unknown {type} resource '{id}'" : $"Unknown {type} resource");

    /// <summary>The version does not exist; the resource may not exist either.</summary>
    public static FhirProblem VersionNotFound(FhirResourceType type, FhirId id) =>
        new(Status404NotFound, IssueCodes.NotFound, $"Unknown version of {type} resource '{id}'");

    public static FhirProblem ReplacedBy(FhirResourceType type, FhirId id) =>
        Gone with { Text = $"This resource has been replaced by {type}/{id}" };

    /// <summary>Tells the client how to repeat a create that may have been committed without a response of the database.</summary>
    public static FhirIssue RepeatHint(string correlationId) => new(
        false, IssueCodes.NoStore, null,
        $"It is not known whether the resource was created. Please repeat the request with {FhirRequest.CorrelationHeader}: "
        + $"{correlationId}; then it is created only once.");

    /// <summary>Tells the client of an internal error by which ID support finds the request.</summary>
    public static FhirIssue SupportHint(string correlationId) =>
        new(false, IssueCodes.Exception, null, $"Support finds this request by {correlationId}.");
}
