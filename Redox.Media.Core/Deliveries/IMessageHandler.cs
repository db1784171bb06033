using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>The result of handling a valid message. The set is closed.</summary>
public abstract record HandlerResult
{
    private HandlerResult()
    {
    }

    /// <summary>The store has committed it, with this outcome.</summary>
    /// <param name="Outcome">The outcome.</param>
    /// <param name="Existing">The document that a conditional create found, or that the first of repeated creates made.</param>
    /// <param name="LastUpdated">When the version was written that the message brought.</param>
    public sealed record Stored(Outcome Outcome, MediaKey? Existing, DateTimeOffset? LastUpdated) : HandlerResult;

    /// <summary>It cannot be applied as it is; nothing has been written yet.</summary>
    public sealed record Invalid(Outcome Outcome, Violation Violation) : HandlerResult;

    /// <summary>A query, its row committed, with the documents that are handed out.</summary>
    /// <param name="Documents">The documents.</param>
    /// <param name="HasMore">Whether more were found.</param>
    public sealed record Found(IReadOnlyList<FoundDocument> Documents, bool HasMore = false) : HandlerResult;
}

/// <summary>Handles one event of the Media model. Found by <see cref="EventName"/> and <see cref="OtherNames"/>.</summary>
public interface IMessageHandler
{
    /// <summary>The event's name on the wire, which is also its schema's.</summary>
    string EventName { get; }

    /// <summary>Other names of the same event.</summary>
    IReadOnlyList<string> OtherNames => [];

    /// <summary>Whether a message without a file is invalid.</summary>
    bool RequiresContent => false;

    /// <summary>The outcome of a message of this event that breaks its schema.</summary>
    Outcome WhenInvalid(Caller caller);

    /// <summary>
    /// Handles a valid message. What is wrong with the message comes back as a result; only what is wrong with this service is thrown.
    /// </summary>
    Task<HandlerResult> HandleAsync(ValidatedMessage message, CancellationToken cancellation);
}
