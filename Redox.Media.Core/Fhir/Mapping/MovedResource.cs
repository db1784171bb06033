using System.Buffers;
using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>
/// A Media that was created here, with another subject. What may name the first one is left out: the encounter, orders and events, the
/// narrative, contained resources, extensions, and any element that refers to a patient or to a contained resource.
/// </summary>
internal static class MovedResource
{
    /// <summary>What remains, byte for byte; of primitive elements also their extensions, whose name begins with an underscore.</summary>
    private static readonly HashSet<string> Kept =
    [
        "resourceType", "meta", "implicitRules", "language", "modifierExtension", "identifier", "status", "type", "modality", "view",
        "createdDateTime", "createdPeriod", "issued", "operator", "reasonCode", "bodySite", "deviceName", "device", "height", "width",
        "frames", "duration", "content", "note",
    ];

    private static readonly string[] Persons = ["Patient", "RelatedPerson", "Encounter", "Group"];

    /// <param name="media">The resource as it was received.</param>
    /// <param name="patient">At least one identifier; the first becomes that of the subject.</param>
    public static ReadOnlyMemory<byte> Write(JsonElement media, IReadOnlyList<PatientIdentifier> patient)
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using var writer = new Utf8JsonWriter(buffer);
        writer.WriteStartObject();
        foreach (var property in media.EnumerateObject())
        {
            if (Kept.Contains(FhirJson.Name(property).TrimStart('_')) && !RefersToPerson(property.Value))
            {
                FhirJson.Copy(writer, property);
            }
        }

        var (id, type) = patient[0];
        if (type == FhirNames.ReferenceIdType)
        {
            writer.WriteStartObject("subject"u8);
            writer.WriteString("reference"u8, "Patient/" + id);
            writer.WriteEndObject();
        }
        else
        {
            RedoxElements.Reference(writer, "subject", "Patient", (id, type), null);
        }

        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private static bool RefersToPerson(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Array => element.EnumerateArray().Any(RefersToPerson),
        JsonValueKind.Object => IsOfPerson(element) || element.EnumerateObject().Any(property => RefersToPerson(property.Value)),
        _ => false,
    };

    private static bool IsOfPerson(JsonElement element) =>
        (FhirJson.Text(element, "reference"u8) is { } reference
            && (reference.StartsWith('#') || Persons.Any(type => reference.Contains(type + "/", StringComparison.Ordinal))))
        || (FhirJson.Text(element, "type"u8) is { } of && Persons.Contains(of));
}
