using System.Buffers;
using System.Text;
using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// The Redox New message that says what a Media says, without its file: the document is then one like any other, and Media.Query
/// renders it as it renders all. What Redox has no member for stays in the resource, which is kept beside it.
/// </summary>
internal static class FhirToRedoxMapper
{
    /// <summary>The member of the message's Media that holds R4's hash of the file.</summary>
    public static ReadOnlySpan<byte> ContentHash => "ContentHash"u8;

    /// <param name="media">A valid Media.</param>
    /// <param name="asSent">The body in the other form, kept whole in the message; default when the Media itself was sent.</param>
    /// <param name="contentHash">R4's hash of the file, which Redox has no member for; null when there is no file.</param>
    public static ReadOnlyMemory<byte> Write(JsonElement media, FhirCreate create, string documentId, JsonElement asSent, string? contentHash)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteMeta(writer, media, create);
        writer.WriteStartObject("Patient"u8);
        writer.WriteStartArray("Identifiers"u8);
        foreach (var identifier in Patients(media, create.ServiceBase))
        {
            WriteIdentifier(writer, identifier);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("Visit"u8);
        Text(writer, "VisitNumber"u8, Visit(media, create.ServiceBase));
        writer.WriteEndObject();
        WriteFile(writer, media, documentId, create.ServiceBase, contentHash);
        if (asSent.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName("AsSent"u8);
            writer.WriteRawValue(System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(asSent), skipInputValidation: true);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static void WriteMeta(Utf8JsonWriter writer, JsonElement media, FhirCreate create)
    {
        writer.WriteStartObject("Meta"u8);
        writer.WriteString("DataModel"u8, "Media"u8);
        writer.WriteString("EventType"u8, "New"u8);
        writer.WriteBoolean("Test"u8, IsTest(media));
        writer.WriteStartObject("Source"u8);
        writer.WriteString("ID"u8, create.Source);
        writer.WriteString("Name"u8, create.SourceName);
        writer.WriteEndObject();
        writer.WriteStartArray("Logs"u8);
        writer.WriteStartObject();
        writer.WriteString("ID"u8, create.CorrelationId);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WriteFile(Utf8JsonWriter writer, JsonElement media, string documentId, string serviceBase, string? contentHash)
    {
        var content = FhirText.Object(media, "content"u8);
        var type = FhirText.Object(media, "type"u8);
        var coding = JsonText.Elements(type, "coding"u8).FirstOrDefault();
        var notes = JsonText.Elements(media, "note"u8).Select(note => FhirText.Of(note, "text"u8)).Where(text => text is not null).ToList();
        writer.WriteStartObject("Media"u8);
        Text(writer, "FileType"u8, FhirText.Of(content, "contentType"u8) is { } contentType ? FileTypes.FileType(contentType) : null);
        Text(writer, "FileName"u8, FhirText.Of(content, "title"u8));
        Text(writer, "FileContents"u8, JsonText.Member(content, "data"u8) is null ? FhirText.Of(content, "url"u8) : "");
        Text(writer, "DocumentType"u8, FhirText.Of(type, "text"u8) ?? FhirText.Of(coding, "display"u8) ?? FhirText.Of(coding, "code"u8));
        Text(writer, "DocumentID"u8, documentId);
        Text(writer, "DocumentDescription"u8, notes.Count == 0 ? null : string.Join('\n', notes));
        Text(writer, "CreationDateTime"u8, FhirText.Of(content, "creation"u8));
        Text(writer, "ServiceDateTime"u8, FhirText.Of(media, "createdDateTime"u8) ?? FhirText.Of(FhirText.Object(media, "createdPeriod"u8), "start"u8));
        if (Operator(media, serviceBase) is { } provider)
        {
            writer.WritePropertyName("Provider"u8);
            WriteIdentifier(writer, provider);
            writer.WriteEndObject();
        }

        if (contentHash is not null)
        {
            writer.WriteString(ContentHash, contentHash);
        }

        // Kept, readable through this door, and left out of Media.Query, as whatever is not available is.
        Text(writer, "Availability"u8, FhirText.Of(media, "status"u8) == FhirNames.EnteredInError ? "Unavailable" : "Available");
        writer.WriteEndObject();
    }

    private static List<PatientIdentifier> Patients(JsonElement media, string serviceBase)
    {
        var subject = FhirText.Object(media, "subject"u8);
        var patients = new List<PatientIdentifier>();
        if (FhirReference.Id(media, subject, "Patient", serviceBase) is { } id)
        {
            patients.Add(new PatientIdentifier(id, FhirNames.ReferenceIdType));
        }

        var contained = FhirReference.Contained(media, subject);
        if (FhirText.Of(contained, "resourceType"u8) == "Patient")
        {
            patients.AddRange(JsonText.Elements(contained, "identifier"u8).Select(Identifier).OfType<PatientIdentifier>());
        }

        if ((FhirReference.TypeOf(media, subject) ?? "Patient") == "Patient" && Identifier(FhirText.Object(subject, "identifier"u8)) is { } own)
        {
            patients.Add(own);
        }

        return patients;
    }

    private static string? Visit(JsonElement media, string serviceBase)
    {
        var encounter = FhirText.Object(media, "encounter"u8);
        return FhirReference.Id(media, encounter, "Encounter", serviceBase) ?? FhirText.Of(FhirText.Object(encounter, "identifier"u8), "value"u8);
    }

    private static PatientIdentifier? Operator(JsonElement media, string serviceBase)
    {
        var element = FhirText.Object(media, "operator"u8);
        return FhirReference.Id(media, element, "Practitioner", serviceBase) is { } id
            ? new PatientIdentifier(id, FhirNames.ReferenceIdType)
            : Identifier(FhirText.Object(element, "identifier"u8));
    }

    // The type is the site's own word; where a resource has none, the system is what tells one kind of ID from another.
    private static PatientIdentifier? Identifier(JsonElement identifier)
    {
        if (FhirText.Of(identifier, "value"u8) is not { Length: > 0 } value)
        {
            return null;
        }

        var system = FhirText.Of(identifier, "system"u8);
        var type = FhirText.Object(identifier, "type"u8);
        return new PatientIdentifier(
            value,
            FhirText.Of(type, "text"u8) ?? FhirText.Of(JsonText.Elements(type, "coding"u8).FirstOrDefault(), "code"u8)
                ?? (system == FhirNames.NpiSystem ? "NPI" : system));
    }

    private static bool IsTest(JsonElement media) => JsonText.Elements(FhirText.Object(media, "meta"u8), "security"u8)
        .Any(label => FhirText.Of(label, "code"u8) == FhirNames.TestCode && FhirText.Of(label, "system"u8) == FhirNames.ActReasonSystem);

    private static void WriteIdentifier(Utf8JsonWriter writer, PatientIdentifier identifier)
    {
        writer.WriteStartObject();
        Text(writer, "ID"u8, identifier.Id);
        Text(writer, "IDType"u8, identifier.IdType);
    }

    private static void Text(Utf8JsonWriter writer, ReadOnlySpan<byte> name, string? text)
    {
        if (text is null)
        {
            writer.WriteNull(name);
        }
        else
        {
            writer.WriteString(name, Encoding.UTF8.GetBytes(text));
        }
    }
}
