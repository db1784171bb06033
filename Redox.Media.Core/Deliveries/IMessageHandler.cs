using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.Deliveries;

/// <summary>A message that its schema has accepted, and the delivery that brought it.</summary>
public sealed record InboundMessage(Delivery Delivery, DocumentFields? Fields, ParsedMessage Body);

/// <summary>What a handler made of a message. The set is closed.</summary>
public abstract record HandlerResult
{
    private HandlerResult()
    {
    }

    /// <summary>The store has committed it, with this outcome.</summary>
    public sealed record Stored(Outcome Outcome) : HandlerResult;

    /// <summary>It can never be applied as it is; nothing has been written yet.</summary>
    public sealed record Unacceptable(IReadOnlyList<Violation> Violations) : HandlerResult;

    /// <summary>A question, its row written, with the documents that answer it.</summary>
    public sealed record Found(IReadOnlyList<FoundDocument> Documents) : HandlerResult;
}

/// <summary>Does what one event asks. Found by <see cref="EventName"/> and <see cref="OtherNames"/>.</summary>
public interface IMessageHandler
{
    /// <summary>The event's name on the wire, which is also its schema's.</summary>
    string EventName { get; }

    /// <summary>Other names under which the same event is accepted.</summary>
    IReadOnlyList<string> OtherNames => [];

    /// <summary>What a message that is wrong in itself becomes: set aside, or for a question, refused.</summary>
    Outcome WhenUnacceptable { get; }

    /// <summary>
    /// Acts on a message that its schema has accepted. What is wrong with the message comes back as a result; only what is wrong with
    /// this service is thrown.
    /// </summary>
    Task<HandlerResult> HandleAsync(InboundMessage message, CancellationToken cancellation);
}
