using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A document as a DocumentReference: the elements of its Media, and what the Redox message has that only this resource has an element
/// for. modifierExtension and implicitRules are copied, since R4 requires a reader that does not know them to ignore the resource; leaving
/// the resource out here would hide it from readers and searches that do know them. <c>meta.profile</c> is a claim about the Media and is
/// left out. Contained resources remain in the Media.
/// </summary>
internal static class DocumentReferenceMapper
{
    private static readonly string[] Subjects = ["Patient", "Practitioner", "Group", "Device"];
    private static readonly string[] Encounters = ["Encounter"];
    private static readonly string[] Authors = ["Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson"];

    public static void Write(Utf8JsonWriter writer, DocumentSource source)
    {
        var (document, resource, redox) = (source.Document, source.Resource, source.RedoxMedia);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "DocumentReference"u8);
        writer.WriteString("id"u8, document.Id.ToString());
        FhirResources.WriteMeta(writer, source, withProfile: false);
        FhirJson.Copy(writer, resource, "implicitRules"u8);
        FhirJson.Copy(writer, resource, "language"u8);
        var hasPatient = !source.IsResource && SourcePatient.IsIn(source.Message);
        if (hasPatient)
        {
            SourcePatient.WriteContained(writer, source.Message);
        }

        MediaExtensions.CopyOthers(writer, resource);
        if (!source.IsResource)
        {
            RedoxToFhirMapper.WriteExtensions(writer, source);
        }

        FhirJson.Copy(writer, resource, "modifierExtension"u8);
        WriteIdentifiers(writer, source);
        var isInError = FhirJson.Text(resource, "status"u8) == FhirNames.EnteredInError;
        writer.WriteString("status"u8, isInError ? FhirNames.EnteredInError : "current");
        WriteDocStatus(writer, redox);
        WriteType(writer, source);
        WriteSubjectAndAuthor(writer, source);
        RedoxElements.Provider(writer, "authenticator", FhirJson.Object(redox, "Authenticator"u8));
        WriteFacility(writer, source.Message);
        WriteReplaced(writer, source);
        RedoxElements.Text(writer, "description", JsonText.Scalar(redox, "DocumentDescription"u8));
        WriteContent(writer, source);
        WriteContext(writer, source, hasPatient);
        writer.WriteEndObject();
    }

    private static void WriteIdentifiers(Utf8JsonWriter writer, DocumentSource source)
    {
        writer.WritePropertyName("masterIdentifier"u8);
        if (!source.IsResource)
        {
            RedoxToFhirMapper.WriteIdentifier(writer, source);
            return;
        }

        StoredMediaMapper.WriteIdentifier(writer, source.Document);
        var identifiers = JsonText.Elements(source.Resource, "identifier"u8).ToList();
        if (identifiers.Count > 0)
        {
            writer.WriteStartArray("identifier"u8);
            identifiers.ForEach(identifier => FhirJson.WriteRaw(writer, identifier));
            writer.WriteEndArray();
        }
    }

    private static void WriteDocStatus(Utf8JsonWriter writer, JsonElement redox)
    {
        var authenticated = JsonText.Member(redox, "Authenticated"u8) ?? default;
        var text = JsonText.Scalar(authenticated);
        var isFinal = authenticated.ValueKind == JsonValueKind.True || string.Equals(text, "True", StringComparison.OrdinalIgnoreCase);
        if (isFinal || authenticated.ValueKind == JsonValueKind.False
            || (authenticated.ValueKind == JsonValueKind.String && text is not ""))
        {
            writer.WriteString("docStatus"u8, isFinal ? "final"u8 : "preliminary"u8);
        }
    }

    // The type of a Media from Redox is image, video or audio, which is not a type of document.
    private static void WriteType(Utf8JsonWriter writer, DocumentSource source)
    {
        FhirJson.Copy(writer, source.Resource, "type"u8);
        if (!source.IsResource && JsonText.Scalar(source.RedoxMedia, "DocumentType"u8) is { } type && !string.IsNullOrWhiteSpace(type))
        {
            writer.WriteStartObject("type"u8);
            RedoxElements.Text(writer, "text", type);
            writer.WriteEndObject();
        }
    }

    private static void WriteSubjectAndAuthor(Utf8JsonWriter writer, DocumentSource source)
    {
        var date = FhirResources.LastUpdated(source.Document);
        if (source.IsResource)
        {
            var media = source.Resource;
            ReferenceMapper.Write(writer, "subject", media, FhirJson.Object(media, "subject"u8), Subjects, isMany: false);
            writer.WriteString("date"u8, date);
            ReferenceMapper.Write(writer, "author", media, FhirJson.Object(media, "operator"u8), Authors, isMany: true);
        }
        else
        {
            RedoxToFhirMapper.WriteSubject(writer, source.Message);
            writer.WriteString("date"u8, date);
            RedoxElements.Provider(writer, "author", FhirJson.Object(source.RedoxMedia, "Provider"u8), isMany: true);
        }
    }

    private static void WriteFacility(Utf8JsonWriter writer, JsonElement message)
    {
        if (JsonText.Scalar(FhirJson.Object(message, "Meta"u8), "FacilityCode"u8) is { } facility && !string.IsNullOrWhiteSpace(facility))
        {
            RedoxElements.Reference(writer, "custodian", "Organization", (facility, null), null);
        }
    }

    private static void WriteReplaced(Utf8JsonWriter writer, DocumentSource source)
    {
        var document = source.Document;
        var original = JsonText.Scalar(source.RedoxMedia, "OriginalDocumentID"u8);
        if (string.IsNullOrWhiteSpace(original) || original == document.DocumentId)
        {
            return;
        }

        writer.WriteStartArray("relatesTo"u8);
        writer.WriteStartObject();
        writer.WriteString("code"u8, "replaces"u8);
        writer.WriteStartObject("target"u8);
        writer.WriteString("reference"u8, $"DocumentReference/{FhirId.Of(DocumentKey.Of(document.Source, original, source.IsTest))}");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter writer, DocumentSource source)
    {
        writer.WriteStartArray("content"u8);
        writer.WriteStartObject();
        writer.WriteStartObject("attachment"u8);
        if (source.IsResource)
        {
            StoredMediaMapper.WriteAttachment(writer, source);
        }
        else
        {
            RedoxToFhirMapper.WriteAttachment(writer, source);
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteContext(Utf8JsonWriter writer, DocumentSource source, bool hasPatient)
    {
        var resource = source.Resource;
        var encounter = FhirJson.Object(resource, "encounter"u8);
        var created = source.IsResource ? FhirJson.Text(resource, "createdDateTime"u8) : RedoxToFhirMapper.Created(source.RedoxMedia);
        var hasPeriod = created is not null || JsonText.Member(resource, "createdPeriod"u8) is not null;
        var hasEncounter = source.IsResource
            ? ReferenceMapper.IsWritten(resource, encounter, Encounters)
            : RedoxToFhirMapper.HasEncounter(source.Message);
        if (!hasEncounter && !hasPeriod && !hasPatient)
        {
            return;
        }

        writer.WriteStartObject("context"u8);
        if (source.IsResource)
        {
            ReferenceMapper.Write(writer, "encounter", resource, encounter, Encounters, isMany: true);
        }
        else
        {
            RedoxToFhirMapper.WriteEncounter(writer, source.Message, isMany: true);
        }

        FhirJson.Copy(writer, resource, "createdPeriod"u8, "period"u8);
        if (created is not null)
        {
            writer.WriteStartObject("period"u8);
            writer.WriteString("start"u8, created);
            writer.WriteEndObject();
        }

        if (hasPatient)
        {
            SourcePatient.WriteReference(writer);
        }

        writer.WriteEndObject();
    }
}
