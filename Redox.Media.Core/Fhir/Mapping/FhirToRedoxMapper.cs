using System.Buffers;
using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Search;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>A Media as a Redox New message, and the values of that message, so that it need not be parsed after it was written.</summary>
/// <param name="Envelope">The message without its file.</param>
/// <param name="Meta">The values of its <c>Meta</c>.</param>
/// <param name="Fields">Those of its document, with the lookup keys of the resource.</param>
internal sealed record FhirMappedMedia(ReadOnlyMemory<byte> Envelope, MessageMeta Meta, DocumentFields Fields);

/// <summary>
/// Maps a Media to a Redox New message, which Media.Query renders like that of any other document. What Redox has no member for is kept in
/// the resource, which is stored as well.
/// </summary>
internal static class FhirToRedoxMapper
{
    /// <summary>The member of the message's Media that holds R4's hash of the file.</summary>
    public static ReadOnlySpan<byte> ContentHash => "ContentHash"u8;

    /// <param name="media">A valid Media.</param>
    /// <param name="legacy">A body in Canvas Medical's attribute form, which the message keeps as sent; undefined for a Media.</param>
    /// <param name="contentHash">R4's hash of the file; null when there is no file.</param>
    public static FhirMappedMedia Map(JsonElement media, FhirCreate create, string documentId, JsonElement legacy, string? contentHash)
    {
        var type = FhirJson.Object(media, "type"u8);
        var coding = JsonText.Elements(type, "coding"u8).FirstOrDefault();
        var contentType = Text(FhirJson.Object(media, "content"u8), "contentType"u8);
        var fileType = contentType is null ? null : FileTypes.FileType(contentType);
        var meta = new MessageMeta
        {
            DataModel = "Media",
            EventType = "New",
            Test = IsTest(media),
            Source = create.Source,
            Logs = [new LogEntry(create.CorrelationId, null)],
        };
        var fields = new DocumentFields
        {
            DocumentId = documentId,
            Patient = [.. Patients(media, create.ServiceBase)],
            VisitNumber = Visit(media, create.ServiceBase),
            DocumentType = Text(type, "text"u8) ?? Text(coding, "display"u8) ?? Text(coding, "code"u8),
            Created = Created(media),
            MediaType = FileTypes.MediaType(FileTypes.ContentType(fileType)),
            ResourceKeys = FhirKeys.Of(media, create.ServiceBase),

            // Readable by FHIR clients, and left out of Media.Query.
            IsAvailable = FhirJson.Text(media, "status"u8) != FhirNames.EnteredInError,
        };

        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        WriteMeta(writer, meta, create.SourceName);
        WritePatient(writer, fields);
        WriteMedia(writer, media, fields, fileType, Operator(media, create.ServiceBase), contentHash);
        if (legacy.ValueKind == JsonValueKind.Object)
        {
            writer.WritePropertyName("AsSent"u8);
            FhirJson.WriteRaw(writer, legacy);
        }

        writer.WriteEndObject();
        writer.Flush();
        return new FhirMappedMedia(buffer.WrittenMemory, meta, fields);
    }

    /// <summary>Whether <c>security</c> or <c>tag</c> of a resource's meta says that it is test data.</summary>
    public static bool HasTestLabel(JsonElement meta, ReadOnlySpan<byte> name)
    {
        foreach (var label in JsonText.Elements(meta, name))
        {
            if (FhirJson.Text(label, "code"u8) == FhirNames.TestCode && FhirJson.Text(label, "system"u8) == FhirNames.ActReasonSystem)
            {
                return true;
            }
        }

        return false;
    }

    private static void WriteMeta(Utf8JsonWriter writer, MessageMeta meta, string sourceName)
    {
        writer.WriteStartObject("Meta"u8);
        writer.WriteString("DataModel"u8, meta.DataModel);
        writer.WriteString("EventType"u8, meta.EventType);
        writer.WriteBoolean("Test"u8, meta.Test);
        writer.WriteStartObject("Source"u8);
        writer.WriteString("ID"u8, meta.Source);
        writer.WriteString("Name"u8, sourceName);
        writer.WriteEndObject();
        writer.WriteStartArray("Logs"u8);
        writer.WriteStartObject();
        writer.WriteString("ID"u8, meta.LogId);
        writer.WriteEndObject();
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void WritePatient(Utf8JsonWriter writer, DocumentFields fields)
    {
        writer.WriteStartObject("Patient"u8);
        writer.WriteStartArray("Identifiers"u8);
        foreach (var identifier in fields.Patient)
        {
            WriteIdentifier(writer, identifier);
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("Visit"u8);
        writer.WriteString("VisitNumber"u8, fields.VisitNumber);
        writer.WriteEndObject();
    }

    private static void WriteMedia(
        Utf8JsonWriter writer, JsonElement media, DocumentFields fields, string? fileType, PatientIdentifier? provider, string? contentHash)
    {
        var content = FhirJson.Object(media, "content"u8);
        var notes = JsonText.Elements(media, "note"u8).Select(note => Text(note, "text"u8)).OfType<string>().ToList();
        writer.WriteStartObject("Media"u8);
        writer.WriteString("FileType"u8, fileType);
        writer.WriteString("FileName"u8, Text(content, "title"u8));
        writer.WriteString("FileContents"u8, JsonText.Member(content, "data"u8) is null ? Text(content, "url"u8) : "");
        writer.WriteString("DocumentType"u8, fields.DocumentType);
        writer.WriteString("DocumentID"u8, fields.DocumentId);
        writer.WriteString("DocumentDescription"u8, notes.Count == 0 ? null : string.Join('\n', notes));
        writer.WriteString("CreationDateTime"u8, Text(content, "creation"u8));
        writer.WriteString(
            "ServiceDateTime"u8, Text(media, "createdDateTime"u8) ?? Text(FhirJson.Object(media, "createdPeriod"u8), "start"u8));
        if (provider is { } known)
        {
            writer.WritePropertyName("Provider"u8);
            WriteIdentifier(writer, known);
        }

        if (contentHash is not null)
        {
            writer.WriteString(ContentHash, contentHash);
        }

        writer.WriteString("Availability"u8, fields.IsAvailable ? "Available" : "Unavailable");
        writer.WriteEndObject();
    }

    private static void WriteIdentifier(Utf8JsonWriter writer, PatientIdentifier identifier)
    {
        writer.WriteStartObject();
        writer.WriteString("ID"u8, identifier.Id);
        writer.WriteString("IDType"u8, identifier.IdType);
        writer.WriteEndObject();
    }

    private static FhirDate? Created(JsonElement media)
    {
        var period = FhirJson.Object(media, "createdPeriod"u8);
        return FhirDate.TryRead(FhirJson.Text(media, "createdDateTime"u8), out var date)
            ? date
            : FhirDate.OfPeriod(FhirJson.Text(period, "start"u8), FhirJson.Text(period, "end"u8));
    }

    private static IEnumerable<PatientIdentifier> Patients(JsonElement media, string serviceBase)
    {
        var subject = FhirJson.Object(media, "subject"u8);
        if (ById(media, subject, "Patient", serviceBase) is { } referenced)
        {
            yield return referenced;
        }

        var contained = FhirReference.Contained(media, subject);
        if (FhirJson.Text(contained, "resourceType"u8) == "Patient")
        {
            foreach (var identifier in JsonText.Elements(contained, "identifier"u8).Select(Identifier).OfType<PatientIdentifier>())
            {
                yield return identifier;
            }
        }

        if ((FhirReference.TypeOf(media, subject) ?? "Patient") == "Patient"
            && Identifier(FhirJson.Object(subject, "identifier"u8)) is { } own)
        {
            yield return own;
        }
    }

    private static string? Visit(JsonElement media, string serviceBase)
    {
        var encounter = FhirJson.Object(media, "encounter"u8);
        return ById(media, encounter, "Encounter", serviceBase)?.Id ?? Text(FhirJson.Object(encounter, "identifier"u8), "value"u8);
    }

    private static PatientIdentifier? Operator(JsonElement media, string serviceBase)
    {
        var element = FhirJson.Object(media, "operator"u8);
        return ById(media, element, "Practitioner", serviceBase) ?? Identifier(FhirJson.Object(element, "identifier"u8));
    }

    private static PatientIdentifier? ById(JsonElement media, JsonElement element, string type, string serviceBase) =>
        FhirReference.Id(media, element, type, serviceBase) is { } id
            ? new PatientIdentifier(FhirJson.ReplaceLoneSurrogates(id), FhirNames.ReferenceIdType)
            : null;

    // The type is the site's own term; without one, the system distinguishes one kind of ID from another.
    private static PatientIdentifier? Identifier(JsonElement identifier)
    {
        if (Text(identifier, "value"u8) is not { Length: > 0 } value)
        {
            return null;
        }

        var system = Text(identifier, "system"u8);
        var type = FhirJson.Object(identifier, "type"u8);
        var code = Text(JsonText.Elements(type, "coding"u8).FirstOrDefault(), "code"u8);
        return new PatientIdentifier(value, Text(type, "text"u8) ?? code ?? (system == FhirNames.NpiSystem ? "NPI" : system));
    }

    // R4 makes HTEST a security label; senders use it as a tag as well.
    private static bool IsTest(JsonElement media) =>
        FhirJson.Object(media, "meta"u8) is var meta && (HasTestLabel(meta, "security"u8) || HasTestLabel(meta, "tag"u8));

    private static string? Text(JsonElement parent, ReadOnlySpan<byte> name) =>
        FhirJson.Text(parent, name) is { } text ? FhirJson.ReplaceLoneSurrogates(text) : null;
}
