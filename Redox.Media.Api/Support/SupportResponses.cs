using System.Text.Json.Serialization;

namespace Redox.Media.Api.Support;

internal static class SupportResponses
{
    public static IResult Json<T>(T value) => Results.Json(value, SupportJson.Options);

    public static IResult NotFound(string text, int? hidden = null) =>
        Results.Json(new SupportError(text) { Hidden = hidden }, statusCode: StatusCodes.Status404NotFound);

    public static IResult Error(int status, string text) => Results.Json(new SupportError(text), statusCode: status);

    public static IResult BadRequest(string text) => Results.Json(new SupportError(text), statusCode: StatusCodes.Status400BadRequest);
}

/// <summary>Why a look-up has no result.</summary>
internal sealed record SupportError(string Error)
{
    /// <summary>How many are of sources that the caller may not see; null when there are none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? Hidden { get; init; }
}
