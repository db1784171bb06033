using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Fhir.Mapping;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir.Search;

/// <summary>
/// The keys under which a document that came as a resource is found by FHIR's search parameters; they lie beside those of Media.Query.
/// The same functions make the keys of a search, so that both sides agree by construction.
/// </summary>
internal static class FhirKeys
{
    /// <summary>Marks a document that came as a resource: what is known of the others is known by Redox's members.</summary>
    public static readonly Guid Born = Digest.Key('F', "resource");

    private static readonly Guid RedoxImage = Digest.Key('R', "type", "image");

    public static Guid Reference(string parameter, string reference) => Digest.Key('F', parameter, "reference", reference);

    /// <summary>A token of this system; of none when it is empty.</summary>
    public static Guid Token(string parameter, string system, string code) => Digest.Key('F', parameter, system, code);

    /// <summary>A token of any system.</summary>
    public static Guid Code(string parameter, string code) => Digest.Key('F', parameter, code);

    /// <summary>image, video or audio of a document that came from Redox, which has no type of its own for it.</summary>
    public static Guid RedoxType(string mediaType) => mediaType == "image" ? RedoxImage : Digest.Key('R', "type", mediaType);

    /// <param name="media">A valid Media.</param>
    /// <param name="serviceBase">The address of this service, as a reference would begin with it.</param>
    public static Guid[] Of(JsonElement media, string serviceBase)
    {
        var keys = new HashSet<Guid> { Born };
        AddTokens(keys, "identifier", JsonText.Elements(media, "identifier"u8), "value"u8);
        AddReference(keys, "subject", FhirText.Object(media, "subject"u8), serviceBase);
        AddReference(keys, "encounter", FhirText.Object(media, "encounter"u8), serviceBase);
        AddTokens(keys, "type", JsonText.Elements(FhirText.Object(media, "type"u8), "coding"u8), "code"u8);
        keys.Add(Code("status", FhirText.Of(media, "status"u8) ?? "unknown"));
        return [.. keys];
    }

    private static void AddReference(HashSet<Guid> keys, string parameter, JsonElement element, string serviceBase)
    {
        if (FhirText.Of(element, "reference"u8) is { Length: > 0 } reference)
        {
            keys.Add(Reference(parameter, FhirReference.Normal(reference, serviceBase)));
        }

        if (FhirText.Object(element, "identifier"u8) is { ValueKind: JsonValueKind.Object } identifier)
        {
            AddTokens(keys, parameter + ":identifier", [identifier], "value"u8);
        }
    }

    private static void AddTokens(HashSet<Guid> keys, string parameter, IEnumerable<JsonElement> elements, ReadOnlySpan<byte> name)
    {
        foreach (var element in elements)
        {
            if (FhirText.Of(element, name) is { Length: > 0 } code)
            {
                keys.Add(Token(parameter, FhirText.Of(element, "system"u8) ?? "", code));
                keys.Add(Code(parameter, code));
            }
        }
    }
}
