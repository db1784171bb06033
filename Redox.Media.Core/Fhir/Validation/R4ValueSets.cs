using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Net.Http.Headers;
using Redox.Media.Core.Fhir.Mapping;

namespace Redox.Media.Core.Fhir.Validation;

/// <summary>The value sets of required bindings, by their names in R4. Source: FHIR R4 (4.0.1), the value sets.</summary>
public static class R4ValueSets
{
    /// <summary>A longer list of codes is not repeated in an issue.</summary>
    private const int MaxNamed = 30;

    /// <summary>The types of resources.</summary>
    public static FrozenSet<string> ResourceTypes { get; } = Words(
        """
        Account ActivityDefinition AdverseEvent AllergyIntolerance Appointment AppointmentResponse AuditEvent Basic Binary
        BiologicallyDerivedProduct BodyStructure Bundle CapabilityStatement CarePlan CareTeam CatalogEntry ChargeItem
        ChargeItemDefinition Claim ClaimResponse ClinicalImpression CodeSystem Communication CommunicationRequest CompartmentDefinition
        Composition ConceptMap Condition Consent Contract Coverage CoverageEligibilityRequest CoverageEligibilityResponse DetectedIssue
        Device DeviceDefinition DeviceMetric DeviceRequest DeviceUseStatement DiagnosticReport DocumentManifest DocumentReference
        EffectEvidenceSynthesis Encounter Endpoint EnrollmentRequest EnrollmentResponse EpisodeOfCare EventDefinition Evidence
        EvidenceVariable ExampleScenario ExplanationOfBenefit FamilyMemberHistory Flag Goal GraphDefinition Group GuidanceResponse
        HealthcareService ImagingStudy Immunization ImmunizationEvaluation ImmunizationRecommendation ImplementationGuide InsurancePlan
        Invoice Library Linkage List Location Measure MeasureReport Media Medication MedicationAdministration MedicationDispense
        MedicationKnowledge MedicationRequest MedicationStatement MedicinalProduct MedicinalProductAuthorization
        MedicinalProductContraindication MedicinalProductIndication MedicinalProductIngredient MedicinalProductInteraction
        MedicinalProductManufactured MedicinalProductPackaged MedicinalProductPharmaceutical MedicinalProductUndesirableEffect
        MessageDefinition MessageHeader MolecularSequence NamingSystem NutritionOrder Observation ObservationDefinition
        OperationDefinition OperationOutcome Organization OrganizationAffiliation Parameters Patient PaymentNotice
        PaymentReconciliation Person PlanDefinition Practitioner PractitionerRole Procedure Provenance Questionnaire
        QuestionnaireResponse RelatedPerson RequestGroup ResearchDefinition ResearchElementDefinition ResearchStudy ResearchSubject
        RiskAssessment RiskEvidenceSynthesis Schedule SearchParameter ServiceRequest Slot Specimen SpecimenDefinition
        StructureDefinition StructureMap Subscription Substance SubstanceNucleicAcid SubstancePolymer SubstanceProtein
        SubstanceReferenceInformation SubstanceSourceMaterial SubstanceSpecification SupplyDelivery SupplyRequest Task
        TerminologyCapabilities TestReport TestScript ValueSet VerificationResult VisionPrescription
        """).ToFrozenSet();

    private static readonly ImmutableArray<string> DataTypes = Words(
        """
        Address Age Annotation Attachment BackboneElement CodeableConcept Coding ContactDetail ContactPoint Contributor Count
        DataRequirement Distance Dosage Duration Element ElementDefinition Expression Extension HumanName Identifier MarketingStatus
        Meta Money MoneyQuantity Narrative ParameterDefinition Period Population ProdCharacteristic ProductShelfLife Quantity Range
        Ratio Reference RelatedArtifact SampledData Signature SimpleQuantity SubstanceAmount Timing TriggerDefinition UsageContext
        base64Binary boolean canonical code date dateTime decimal id instant integer markdown oid positiveInt string time unsignedInt
        uri url uuid xhtml
        """);

    /// <summary>The codes of each set that is finite.</summary>
    public static FrozenDictionary<string, IReadOnlyList<string>> Codes { get; } = new Dictionary<string, IReadOnlyList<string>>
    {
        ["all-types"] = [.. DataTypes, .. ResourceTypes, "Resource", "DomainResource", "Type", "Any"],
        ["address-type"] = ["postal", "physical", "both"],
        ["address-use"] = ["home", "work", "temp", "old", "billing"],
        ["contact-point-system"] = ["phone", "fax", "email", "pager", "url", "sms", "other"],
        ["contact-point-use"] = ["home", "work", "temp", "old", "mobile"],
        ["contributor-type"] = ["author", "editor", "reviewer", "endorser"],
        ["days-of-week"] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"],
        ["event-status"] = FhirNames.EventStatus,
        ["event-timing"] = Words(
            """
            MORN MORN.early MORN.late NOON AFT AFT.early AFT.late EVE EVE.early EVE.late NIGHT PHS HS WAKE C CM CD CV AC ACM ACD ACV PC
            PCM PCD PCV
            """),
        ["identifier-use"] = ["usual", "official", "temp", "secondary", "old"],
        ["name-use"] = ["usual", "official", "temp", "nickname", "anonymous", "old", "maiden"],
        ["narrative-status"] = ["generated", "extensions", "additional", "empty"],
        ["operation-parameter-use"] = ["in", "out"],
        ["quantity-comparator"] = ["<", "<=", ">=", ">"],
        ["related-artifact-type"] = Words(
            "documentation justification citation predecessor successor derived-from depends-on composed-of"),
        ["sort-direction"] = ["ascending", "descending"],
        ["trigger-type"] = Words(
            "named-event periodic data-changed data-added data-modified data-removed data-accessed data-access-ended"),
        ["units-of-time"] = ["s", "min", "h", "d", "wk", "mo", "a"],
    }.ToFrozenDictionary();

    /// <summary>The rule that a code breaks; null when it is in the set.</summary>
    public static string? Problem(string valueSet, string code) => valueSet switch
    {
        // BCP 13: a type and a subtype, with parameters or without.
        "mimetypes" => IsMediaType(code) ? null : "must be a media type, such as image/jpeg",

        // ISO 4217, which adds codes: only the form is checked.
        "currencies" => code.Length == 3 && code.All(char.IsAsciiLetterUpper) ? null : "must be a currency of ISO 4217, such as USD",
        _ => Codes[valueSet] is var codes && codes.Contains(code) ? null
            : codes.Count > MaxNamed ? "must be a code of the value set " + valueSet
            : "must be one of " + string.Join(", ", codes),
    };

    private static bool IsMediaType(string text) =>
        MediaTypeHeaderValue.TryParse(text, out var type) && !type.MediaType!.Contains('*', StringComparison.Ordinal);

    private static ImmutableArray<string> Words(string text) => [.. text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)];
}
