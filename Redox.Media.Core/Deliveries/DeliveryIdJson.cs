using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redox.Media.Core.Deliveries;

/// <summary>Writes a delivery ID as its UUID.</summary>
internal sealed class DeliveryIdJson : JsonConverter<DeliveryId>
{
    public override DeliveryId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => new(reader.GetGuid());

    public override void Write(Utf8JsonWriter writer, DeliveryId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.Value);
}
