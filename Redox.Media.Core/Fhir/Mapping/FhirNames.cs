namespace Redox.Media.Core.Fhir.Mapping;

/// <summary>Addresses of code systems and extensions, and codes that the rules use.</summary>
public static class FhirNames
{
    /// <summary>image, video, audio. Source: FHIR R4, codesystem-media-type.</summary>
    public const string MediaTypeSystem = "http://terminology.hl7.org/CodeSystem/media-type";

    /// <summary>MR, VN and others. Source: HL7 v2 table 0203.</summary>
    public const string IdentifierTypeSystem = "http://terminology.hl7.org/CodeSystem/v2-0203";

    /// <summary>The system of HTEST, the security label of test data.</summary>
    public const string ActReasonSystem = "http://terminology.hl7.org/CodeSystem/v3-ActReason";

    public const string TestCode = "HTEST";

    public const string NpiSystem = "http://hl7.org/fhir/sid/us-npi";

    /// <summary>The IDType, on Redox's side, of a patient, an encounter or a practitioner that was given as a FHIR reference.</summary>
    public const string ReferenceIdType = "FHIR";

    /// <summary>Followed by an ID of <c>Meta.Source</c>: the system of that source's DocumentIDs, and <c>meta.source</c>.</summary>
    public const string SourcePrefix = "urn:redox:source:";

    /// <summary>Followed by the name of a member of Redox's model that FHIR has no element for.</summary>
    public const string ExtensionPrefix = "urn:redox:media:";

    public const string Completed = "completed";

    public const string EnteredInError = "entered-in-error";

    /// <summary>Source: FHIR R4, codesystem-event-status.</summary>
    public static readonly IReadOnlyList<string> EventStatus =
        ["preparation", "in-progress", "not-done", "on-hold", "stopped", Completed, EnteredInError, "unknown"];

    /// <summary>The system of a source's DocumentIDs. A source may contain characters that a URI may not.</summary>
    public static string SourceSystem(string source) => SourcePrefix + Uri.EscapeDataString(FhirJson.ReplaceLoneSurrogates(source));

    /// <summary>
    /// Whether a system is that of a source's DocumentIDs. Scheme and namespace of a URN have no case (RFC 8141, section 3.1).
    /// </summary>
    public static bool IsSourceSystem(string system) => system.StartsWith(SourcePrefix, StringComparison.OrdinalIgnoreCase);

    /// <summary>The source whose DocumentIDs a system holds; null for any other system.</summary>
    public static string? SourceOf(string system) =>
        system.StartsWith(SourcePrefix, StringComparison.Ordinal) ? Uri.UnescapeDataString(system[SourcePrefix.Length..]) : null;
}
