namespace Redox.Media.Api.Fhir;

/// <summary>The body of the response to a create.</summary>
internal enum ReturnPreference
{
    /// <summary>No preference: the JSON literal null, as Canvas Medical documents it.</summary>
    None,

    Minimal,

    Representation,

    OperationOutcome,
}

/// <summary>The <c>Prefer</c> header. Unknown preferences are ignored, as the RFC requires. Source: RFC 7240; FHIR R4, http.</summary>
internal static class PreferHeader
{
    public static ReturnPreference Return(HttpRequest request) => Value(request, "return")?.ToUpperInvariant() switch
    {
        "MINIMAL" => ReturnPreference.Minimal,
        "REPRESENTATION" => ReturnPreference.Representation,
        "OPERATIONOUTCOME" => ReturnPreference.OperationOutcome,
        // The documented null is not FHIR. Clients that name FHIR's own media type, as FHIR libraries do, expect the resource.
        _ => ContentNegotiation.NamesFhir(request) ? ReturnPreference.Representation : ReturnPreference.None,
    };

    /// <summary>Whether unknown search parameters are to be ignored.</summary>
    public static bool IsLenient(HttpRequest request) =>
        string.Equals(Value(request, "handling"), "lenient", StringComparison.OrdinalIgnoreCase);

    private static string? Value(HttpRequest request, string name) => request.Headers["Prefer"]
        .SelectMany(header => (header ?? "").Split([',', ';']))
        .Select(preference => preference.Split('=', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim('"');
}
