using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>
/// The lookup keys by which FHIR's search parameters find a document that was created as a resource, stored with those of Media.Query.
/// The keys of a search are made by the same functions, so that both agree.
/// </summary>
internal static class FhirKeys
{
    /// <summary>The key that every document has that was created as a FHIR resource, and none from Redox.</summary>
    public static readonly Guid CreatedByFhir = Digest.Key('F', "resource");

    private static readonly Guid RedoxImage = Digest.Key('R', "type", "image");

    public static Guid Reference(string parameter, string reference) => Digest.Key('F', parameter, "reference", reference);

    /// <summary>A token of this system; one without a system when it is empty.</summary>
    public static Guid Token(string parameter, string system, string code) => Digest.Key('F', parameter, system, code);

    /// <summary>A token of any system.</summary>
    public static Guid Code(string parameter, string code) => Digest.Key('F', parameter, code);

    /// <summary>image, video or audio, by the FileType of a document from Redox.</summary>
    public static Guid RedoxType(string mediaType) => mediaType == "image" ? RedoxImage : Digest.Key('R', "type", mediaType);

    /// <param name="media">A valid Media.</param>
    /// <param name="serviceBase">The address of this service, without a trailing slash.</param>
    public static Guid[] Of(JsonElement media, string serviceBase)
    {
        var keys = new HashSet<Guid> { CreatedByFhir };
        AddTokens(keys, "identifier", JsonText.Elements(media, "identifier"u8), "value"u8);
        AddReference(keys, "subject", FhirJson.Object(media, "subject"u8), serviceBase);
        AddReference(keys, "encounter", FhirJson.Object(media, "encounter"u8), serviceBase);
        AddTokens(keys, "type", JsonText.Elements(FhirJson.Object(media, "type"u8), "coding"u8), "code"u8);
        keys.Add(Code("status", FhirJson.Text(media, "status"u8) ?? "unknown"));
        return [.. keys];
    }

    /// <summary>Digests of the values of a resource's identifiers, without their systems.</summary>
    /// <param name="media">A valid Media.</param>
    public static IReadOnlyList<Guid> IdentifierValues(JsonElement media) =>
        [.. JsonText.Elements(media, "identifier"u8).Select(identifier => FhirJson.Text(identifier, "value"u8))
            .OfType<string>().Where(value => value.Length > 0).Select(value => Code("identifier", value))];

    private static void AddReference(HashSet<Guid> keys, string parameter, JsonElement element, string serviceBase)
    {
        if (FhirJson.Text(element, "reference"u8) is { Length: > 0 } reference)
        {
            keys.Add(Reference(parameter, FhirReference.Normal(reference, serviceBase)));
        }

        if (FhirJson.Object(element, "identifier"u8) is { ValueKind: JsonValueKind.Object } identifier)
        {
            AddTokens(keys, parameter + ":identifier", [identifier], "value"u8);
        }
    }

    private static void AddTokens(HashSet<Guid> keys, string parameter, IEnumerable<JsonElement> elements, ReadOnlySpan<byte> name)
    {
        foreach (var element in elements)
        {
            if (FhirJson.Text(element, name) is { Length: > 0 } code)
            {
                keys.Add(Token(parameter, FhirJson.Text(element, "system"u8) ?? "", code));
                keys.Add(Code(parameter, code));
            }
        }
    }
}
