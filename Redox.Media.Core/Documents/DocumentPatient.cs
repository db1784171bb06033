using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>Whose a current document is.</summary>
/// <param name="Received">The delivery that brought the message.</param>
/// <param name="Identifiers">The identifiers of the patient.</param>
/// <param name="Sent">Those that the source sent: others, if staff have moved the document.</param>
/// <param name="IsMoved">Whether staff have moved it, and not back.</param>
public sealed record DocumentPatient(
    DeliveryId Received, IReadOnlyList<PatientIdentifier> Identifiers, IReadOnlyList<PatientIdentifier> Sent, bool IsMoved)
{
    /// <summary><see cref="LookupKey.PatientIdentifier"/> of all of them, for the audit.</summary>
    public IReadOnlyList<Guid> Keys => [.. Identifiers.Concat(Sent).Select(LookupKey.PatientIdentifier).Distinct()];

    /// <summary>Null for a document that is not current, and for one whose messages cannot be read.</summary>
    public static DocumentPatient? Of(MovableDocument found)
    {
        if (!found.IsCurrent || found.SentBy is not { } received || found.CurrentEnvelope.IsEmpty || found.Envelope.IsEmpty)
        {
            return null;
        }

        try
        {
            return new DocumentPatient(
                received, Read(found.CurrentEnvelope), Read(found.Envelope),
                !found.Envelope.Span.SequenceEqual(found.CurrentEnvelope.Span));
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static IReadOnlyList<PatientIdentifier> Read(ReadOnlyMemory<byte> envelope)
    {
        using var message = JsonDocument.Parse(envelope, JsonText.DocumentOptions);
        return PatientIdentifier.ReadAll(message.RootElement);
    }
}
