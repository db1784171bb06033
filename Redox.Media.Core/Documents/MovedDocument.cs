using System.Buffers;
using System.Text.Json;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>The patient to whom a document is moved.</summary>
/// <param name="Patient">Their identifiers; null for the patient whom the source named, whose message is then current as it was.</param>
/// <param name="VisitNumber">Of a visit of theirs; null for none.</param>
/// <param name="ServiceBase">The address of this service, without a trailing slash, to which references of resources are relative.</param>
public sealed record MoveTarget(IReadOnlyList<PatientIdentifier>? Patient, string? VisitNumber, string ServiceBase);

/// <summary>
/// The version of a document that was moved to another patient: what its source sent, with another patient. Of the message remain
/// <c>Meta</c> and <c>Media</c>, byte for byte; any other member may be about the wrong patient. The file is the same.
/// </summary>
public sealed record MovedDocument
{
    /// <summary>The version from which it is derived.</summary>
    public required DeliveryId Received { get; init; }

    public required ReadOnlyMemory<byte> Envelope { get; init; }

    /// <summary>Null for a document from Redox.</summary>
    public required ReadOnlyMemory<byte>? Resource { get; init; }

    public required IReadOnlyList<Guid> PatientKeys { get; init; }

    public required IReadOnlyList<Guid> LookupKeys { get; init; }

    /// <exception cref="IntegrityException">A version that it needs is missing.</exception>
    public static MovedDocument Of(DocumentKey document, MovableDocument found, MoveTarget target)
    {
        if (found.Received is not { } received || found.Envelope.IsEmpty)
        {
            throw new IntegrityException(IntegrityFailure.MissingVersion, document, found.Received);
        }

        using var message = JsonDocument.Parse(found.Envelope, JsonText.DocumentOptions);
        using var resource = found.Resource is { } stored ? JsonDocument.Parse(stored, JsonText.DocumentOptions) : null;
        return target.Patient is not { } patient || IsSource(message.RootElement, patient, target.VisitNumber)
            ? Make(received, found.Envelope, found.Resource, target.ServiceBase)
            : Make(
                received,
                WriteEnvelope(message.RootElement, patient, target.VisitNumber),
                resource is null ? (ReadOnlyMemory<byte>?)null : MovedResource.Write(resource.RootElement, patient),
                target.ServiceBase);
    }

    private static MovedDocument Make(
        DeliveryId received, ReadOnlyMemory<byte> envelope, ReadOnlyMemory<byte>? resource, string serviceBase)
    {
        using var message = JsonDocument.Parse(envelope, JsonText.DocumentOptions);
        var fields = DocumentFields.Read(message.RootElement);
        if (resource is { } media)
        {
            using var parsed = JsonDocument.Parse(media, JsonText.DocumentOptions);
            fields = fields with { ResourceKeys = FhirKeys.Of(parsed.RootElement, serviceBase) };
        }

        return new MovedDocument
        {
            Received = received,
            Envelope = envelope,
            Resource = resource,
            PatientKeys = fields.PatientKeys(),
            LookupKeys = fields.LookupKeys(),
        };
    }

    // Then the message is current again as it was sent, with all that it says of the patient.
    private static bool IsSource(JsonElement message, IReadOnlyList<PatientIdentifier> patient, string? visitNumber) =>
        visitNumber is null && PatientIdentifier.ReadAll(message).ToHashSet().SetEquals(patient);

    private static ReadOnlyMemory<byte> WriteEnvelope(
        JsonElement message, IReadOnlyList<PatientIdentifier> patient, string? visitNumber)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        FhirJson.Copy(writer, message, "Meta"u8);
        writer.WriteStartObject("Patient"u8);
        writer.WriteStartArray("Identifiers"u8);
        foreach (var identifier in patient)
        {
            writer.WriteStartObject();
            writer.WriteString("ID"u8, identifier.Id);
            writer.WriteString("IDType"u8, identifier.IdType);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("Visit"u8);
        writer.WriteString("VisitNumber"u8, visitNumber);
        writer.WriteEndObject();
        FhirJson.Copy(writer, message, "Media"u8);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }
}
