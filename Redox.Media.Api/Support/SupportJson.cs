using System.Text.Json;
using System.Text.Json.Serialization;

namespace Redox.Media.Api.Support;

internal static class SupportJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        DefaultIgnoreCondition = JsonIgnoreCondition.Never,
    };
}
