namespace Redox.Media.Api.Fhir;

/// <summary>What an answer to a create is to hold.</summary>
internal enum ReturnPreference
{
    /// <summary>Nothing was said: the JSON literal null, as Canvas Medical documents it.</summary>
    None,

    Minimal,

    Representation,

    OperationOutcome,
}

/// <summary>The <c>Prefer</c> header. What is not understood in it is passed over, as it asks for. Source: RFC 7240; FHIR R4, http.</summary>
internal static class PreferHeader
{
    public static ReturnPreference Return(HttpRequest request) => Value(request, "return")?.ToUpperInvariant() switch
    {
        "MINIMAL" => ReturnPreference.Minimal,
        "REPRESENTATION" => ReturnPreference.Representation,
        "OPERATIONOUTCOME" => ReturnPreference.OperationOutcome,
        // The documented null is no FHIR. Who asks in FHIR's own type, as FHIR libraries do, gets what FHIR calls minimal: nothing.
        _ => ContentNegotiation.NamesFhir(request) ? ReturnPreference.Minimal : ReturnPreference.None,
    };

    /// <summary>Search parameters that are not known are to be passed over.</summary>
    public static bool IsLenient(HttpRequest request) => string.Equals(Value(request, "handling"), "lenient", StringComparison.OrdinalIgnoreCase);

    private static string? Value(HttpRequest request, string name) => request.Headers["Prefer"]
        .SelectMany(header => (header ?? "").Split([',', ';']))
        .Select(preference => preference.Split('=', 2, StringSplitOptions.TrimEntries))
        .FirstOrDefault(pair => pair.Length == 2 && pair[0].Equals(name, StringComparison.OrdinalIgnoreCase))?[1].Trim('"');
}
