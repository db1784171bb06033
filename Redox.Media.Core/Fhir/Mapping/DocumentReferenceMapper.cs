using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A document as a DocumentReference: made of its Media, and of what the Redox message says that only this resource has an element for.
/// What a reader must understand before anything else (modifierExtension, implicitRules) is carried along: R4 bids a reader that does
/// not know it to leave the resource alone, and so it will. Refusing to show the document here would hide it from readers who do know it,
/// and from searches. <c>meta.profile</c> is a promise about the Media and is not repeated. Contained resources stay in the Media.
/// </summary>
internal static class DocumentReferenceMapper
{
    private static readonly string[] Subjects = ["Patient", "Practitioner", "Group", "Device"];
    private static readonly string[] Encounters = ["Encounter"];
    private static readonly string[] Authors = ["Practitioner", "PractitionerRole", "Organization", "Device", "Patient", "RelatedPerson"];

    public static void Write(Utf8JsonWriter writer, JsonElement media, FoundMedia found, string? contentUrl)
    {
        using var envelope = JsonDocument.Parse(found.Envelope!.Value, new JsonDocumentOptions { MaxDepth = int.MaxValue });
        var message = envelope.RootElement;
        var said = FhirText.Object(message, "Media"u8);
        writer.WriteStartObject();
        writer.WriteString("resourceType"u8, "DocumentReference"u8);
        Copy(writer, "id", media, "id"u8);
        WriteMeta(writer, FhirText.Object(media, "meta"u8));
        Copy(writer, "implicitRules", media, "implicitRules"u8);
        Copy(writer, "language", media, "language"u8);
        var patient = found.Resource is null ? SourcePatient.Of(message) : null;
        patient?.WriteContained(writer);
        Copy(writer, "extension", media, "extension"u8);
        Copy(writer, "modifierExtension", media, "modifierExtension"u8);
        WriteIdentifiers(writer, media);
        writer.WriteString("status"u8, FhirText.Of(media, "status"u8) == FhirNames.EnteredInError ? FhirNames.EnteredInError : "current");
        if (JsonText.Member(said, "Authenticated"u8) is { } authenticated && JsonText.Scalar(said, "Authenticated"u8) is not "")
        {
            var isFinal = authenticated.ValueKind == JsonValueKind.True
                || string.Equals(JsonText.Scalar(authenticated), "True", StringComparison.OrdinalIgnoreCase);
            if (isFinal || authenticated.ValueKind is JsonValueKind.False or JsonValueKind.String)
            {
                writer.WriteString("docStatus"u8, isFinal ? "final"u8 : "preliminary"u8);
            }
        }

        WriteType(writer, media, said, found);
        ReferenceMapper.Write(writer, "subject", media, FhirText.Object(media, "subject"u8), Subjects, isMany: false);
        writer.WriteString("date"u8, FhirResources.LastUpdated(found.Version!.Value));
        ReferenceMapper.Write(writer, "author", media, FhirText.Object(media, "operator"u8), Authors, isMany: true);
        RedoxElements.Provider(writer, "authenticator", FhirText.Object(said, "Authenticator"u8));
        WriteFacility(writer, message);
        WriteReplaced(writer, said, found);
        RedoxElements.Text(writer, "description", JsonText.Scalar(said, "DocumentDescription"u8));
        WriteContent(writer, media, contentUrl);
        WriteContext(writer, media, hasPatient: patient is not null);
        writer.WriteEndObject();
    }

    private static void WriteMeta(Utf8JsonWriter writer, JsonElement meta)
    {
        writer.WriteStartObject("meta"u8);
        foreach (var member in meta.EnumerateObject().Where(member => !member.NameEquals("profile"u8) && !member.NameEquals("_profile"u8)))
        {
            writer.WritePropertyName(member.Name);
            Raw(writer, member.Value);
        }

        writer.WriteEndObject();
    }

    // Of a document from Redox, the Media's codes say image, video or audio, which is a kind of Media and no type of document.
    private static void WriteType(Utf8JsonWriter writer, JsonElement media, JsonElement said, FoundMedia found)
    {
        if (found.Resource is not null)
        {
            Copy(writer, "type", media, "type"u8);
        }
        else if (JsonText.Scalar(said, "DocumentType"u8) is { } type && !string.IsNullOrWhiteSpace(type))
        {
            writer.WriteStartObject("type"u8);
            RedoxElements.Text(writer, "text", type);
            writer.WriteEndObject();
        }
    }

    // Ours comes last among a Media's identifiers.
    private static void WriteIdentifiers(Utf8JsonWriter writer, JsonElement media)
    {
        var identifiers = JsonText.Elements(media, "identifier"u8).ToList();
        writer.WritePropertyName("masterIdentifier"u8);
        Raw(writer, identifiers[^1]);
        if (identifiers.Count > 1)
        {
            writer.WriteStartArray("identifier"u8);
            identifiers[..^1].ForEach(identifier => Raw(writer, identifier));
            writer.WriteEndArray();
        }
    }

    private static void WriteFacility(Utf8JsonWriter writer, JsonElement message)
    {
        if (JsonText.Scalar(FhirText.Object(message, "Meta"u8), "FacilityCode"u8) is { } facility && !string.IsNullOrWhiteSpace(facility))
        {
            RedoxElements.Person(writer, "custodian", "Organization", (facility, null), null);
        }
    }

    private static void WriteReplaced(Utf8JsonWriter writer, JsonElement said, FoundMedia found)
    {
        if (JsonText.Scalar(said, "OriginalDocumentID"u8) is not { } original || string.IsNullOrWhiteSpace(original) || original == found.DocumentId)
        {
            return;
        }

        writer.WriteStartArray("relatesTo"u8);
        writer.WriteStartObject();
        writer.WriteString("code"u8, "replaces"u8);
        writer.WriteStartObject("target"u8);
        writer.WriteString("reference"u8, $"DocumentReference/{FhirId.Of(DocumentKey.Of(found.Source, original))}");
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteContent(Utf8JsonWriter writer, JsonElement media, string? contentUrl)
    {
        writer.WriteStartArray("content"u8);
        writer.WriteStartObject();
        writer.WriteStartObject("attachment"u8);
        foreach (var member in FhirText.Object(media, "content"u8).EnumerateObject())
        {
            writer.WritePropertyName(member.Name);
            if (contentUrl is not null && member.NameEquals("url"u8))
            {
                writer.WriteStringValue(contentUrl);
            }
            else
            {
                Raw(writer, member.Value);
            }
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndArray();
    }

    private static void WriteContext(Utf8JsonWriter writer, JsonElement media, bool hasPatient)
    {
        var encounter = FhirText.Object(media, "encounter"u8);
        var moment = FhirText.Of(media, "createdDateTime"u8);
        var period = JsonText.Member(media, "createdPeriod"u8);
        if (!ReferenceMapper.IsWritten(media, encounter, Encounters) && moment is null && period is null && !hasPatient)
        {
            return;
        }

        writer.WriteStartObject("context"u8);
        ReferenceMapper.Write(writer, "encounter", media, encounter, Encounters, isMany: true);
        Copy(writer, "period", media, "createdPeriod"u8);
        if (moment is not null)
        {
            writer.WriteStartObject("period"u8);
            writer.WriteString("start"u8, moment);
            writer.WriteEndObject();
        }

        if (hasPatient)
        {
            SourcePatient.WriteReference(writer);
        }

        writer.WriteEndObject();
    }

    private static void Copy(Utf8JsonWriter writer, string name, JsonElement media, ReadOnlySpan<byte> itsName)
    {
        if (JsonText.Member(media, itsName) is { } value)
        {
            writer.WritePropertyName(name);
            Raw(writer, value);
        }
    }

    private static void Raw(Utf8JsonWriter writer, JsonElement value) =>
        writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
}
