using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Queries;
using Redox.Media.Core.Uploads;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>
/// A body after classification and validation, in either protocol: what <see cref="DeliveryService"/> needs to bring it to its outcome.
/// </summary>
public sealed record ValidatedMessage
{
    public required Delivery Delivery { get; init; }

    public required ParsedMessage Body { get; init; }

    /// <summary>The handler of the message's event; null when the event is unknown or the body is not a message.</summary>
    public IMessageHandler? Handler { get; init; }

    /// <summary>The outcome instead of handling; null when the message is valid.</summary>
    public Outcome? Invalid { get; init; }

    public IReadOnlyList<Violation> Violations { get; init; } = [];

    /// <summary>The properties of a New, Replace or Delete; null when the body could not be read.</summary>
    public DocumentFields? Fields { get; init; }

    /// <summary>The criteria of a valid query; null for any other message.</summary>
    public DocumentQuery? Query { get; init; }

    /// <summary>The rule of a query that the engine relays; null for any other message, and when there is no rule.</summary>
    public QueryRule? Rule { get; init; }

    /// <summary>The upload that it brings the file of; null when it brings none or had its file with it.</summary>
    public UploadClaim? Upload { get; init; }

    /// <summary>The version that the same message made, which has used its upload; null when it has not come before.</summary>
    public MediaKey? Repeats { get; init; }

    /// <summary>The event that was made of a FHIR resource; null for a Redox message, whose handler makes it.</summary>
    public DocumentEvent? Event { get; init; }

    /// <summary>Create only when this search finds nothing (FHIR conditional create); null for always.</summary>
    public FhirSearch? IfNoneExist { get; init; }

    /// <summary>A valid Redox message with the upload that it refers to, or with what is wrong with it.</summary>
    public ValidatedMessage With(ResolvedUpload upload) => upload.State switch
    {
        ResolvedUploadState.Inlined => this with
        {
            Body = upload.Message!,
            Delivery = Delivery with { BodyLength = upload.Message!.BodyLength, ContentLength = upload.Message.Content?.Length },
            Upload = upload.Claim,
        },
        ResolvedUploadState.Repeated => this with { Repeats = upload.Claimed },
        _ => this with
        {
            Invalid = Handler!.WhenInvalid(Delivery.Caller), Violations = [DocumentChangeHandler.UnusableUpload],
        },
    };
}
