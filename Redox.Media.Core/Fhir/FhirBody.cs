using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Fhir;

/// <summary>Recognises resources among bodies that are no Redox message.</summary>
public static class FhirBody
{
    /// <summary>
    /// Whether JSON is a resource, by its <c>resourceType</c>. Of JSON that is not whole, what precedes the defect counts.
    /// </summary>
    public static bool IsResource(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span, JsonText.ReaderOptions);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isType = JsonText.Is(reader, "resourceType"u8);
                reader.Read();
                if (isType)
                {
                    return reader.TokenType == JsonTokenType.String;
                }

                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // The JSON ends or breaks before.
        }

        return false;
    }
}
