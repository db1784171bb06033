namespace Redox.Media.Core.Fhir.Validation;

public static partial class R4Rules
{
    /// <summary>
    /// R4's Media and every type that can occur in it, the values of extensions included. A line without indentation has the name of a
    /// type, or of several with the same elements. Its elements follow: name, cardinality, types, <c>to:</c> the resources that a reference
    /// may refer to (any when absent), <c>of:</c> the value set of a required binding. Source: FHIR R4 (4.0.1), the StructureDefinitions.
    /// </summary>
    private const string ElementTable =
        """
        Media
          id 0..1 id | meta 0..1 Meta | implicitRules 0..1 uri | language 0..1 code | text 0..1 Narrative | contained 0..* Resource
          extension 0..* Extension | modifierExtension 0..* Extension
          identifier 0..* Identifier | basedOn 0..* Reference to:ServiceRequest,CarePlan | partOf 0..* Reference
          status 1..1 code of:event-status
          type 0..1 CodeableConcept | modality 0..1 CodeableConcept | view 0..1 CodeableConcept
          subject 0..1 Reference to:Patient,Practitioner,PractitionerRole,Group,Device,Specimen,Location
          encounter 0..1 Reference to:Encounter
          created[x] 0..1 dateTime,Period | issued 0..1 instant
          operator 0..1 Reference to:Practitioner,PractitionerRole,Organization,CareTeam,Patient,Device,RelatedPerson
          reasonCode 0..* CodeableConcept | bodySite 0..1 CodeableConcept | deviceName 0..1 string
          device 0..1 Reference to:Device,DeviceMetric
          height 0..1 positiveInt | width 0..1 positiveInt | frames 0..1 positiveInt | duration 0..1 decimal
          content 1..1 Attachment | note 0..* Annotation
        DomainResource
          id 0..1 id | meta 0..1 Meta | implicitRules 0..1 uri | language 0..1 code | text 0..1 Narrative | contained 0..* Resource
          extension 0..* Extension | modifierExtension 0..* Extension
        Element
        Attachment
          contentType 0..1 code of:mimetypes | language 0..1 code | data 0..1 base64Binary | url 0..1 url | size 0..1 unsignedInt
          hash 0..1 base64Binary | title 0..1 string | creation 0..1 dateTime
        Annotation
          author[x] 0..1 Reference,string to:Practitioner,Patient,RelatedPerson,Organization | time 0..1 dateTime | text 1..1 markdown
        Identifier
          use 0..1 code of:identifier-use | type 0..1 CodeableConcept | system 0..1 uri | value 0..1 string | period 0..1 Period
          assigner 0..1 Reference to:Organization
        Reference
          reference 0..1 string | type 0..1 uri | identifier 0..1 Identifier | display 0..1 string
        CodeableConcept
          coding 0..* Coding | text 0..1 string
        Coding
          system 0..1 uri | version 0..1 string | code 0..1 code | display 0..1 string | userSelected 0..1 boolean
        Period
          start 0..1 dateTime | end 0..1 dateTime
        Meta
          versionId 0..1 id | lastUpdated 0..1 instant | source 0..1 uri | profile 0..* canonical | security 0..* Coding | tag 0..* Coding
        Narrative
          status 1..1 code of:narrative-status | div 1..1 xhtml
        Extension
          url 1..1 uri
          value[x] 0..1 base64Binary,boolean,canonical,code,date,dateTime,decimal,id,instant,integer,markdown,oid,positiveInt,string,time,
            unsignedInt,uri,url,uuid,Address,Age,Annotation,Attachment,CodeableConcept,Coding,ContactPoint,Count,Distance,Duration,
            HumanName,Identifier,Money,Period,Quantity,Range,Ratio,Reference,SampledData,Signature,Timing,ContactDetail,Contributor,
            DataRequirement,Expression,ParameterDefinition,RelatedArtifact,TriggerDefinition,UsageContext,Dosage,Meta
        Quantity Age Count Distance Duration
          value 0..1 decimal | comparator 0..1 code of:quantity-comparator | unit 0..1 string | system 0..1 uri | code 0..1 code
        Address
          use 0..1 code of:address-use | type 0..1 code of:address-type | text 0..1 string | line 0..* string | city 0..1 string
          district 0..1 string | state 0..1 string | postalCode 0..1 string | country 0..1 string | period 0..1 Period
        ContactDetail
          name 0..1 string | telecom 0..* ContactPoint
        ContactPoint
          system 0..1 code of:contact-point-system | value 0..1 string | use 0..1 code of:contact-point-use | rank 0..1 positiveInt
          period 0..1 Period
        Contributor
          type 1..1 code of:contributor-type | name 1..1 string | contact 0..* ContactDetail
        DataRequirement
          type 1..1 code of:all-types | profile 0..* canonical | subject[x] 0..1 CodeableConcept,Reference | mustSupport 0..* string
          codeFilter 0..* DataRequirement.codeFilter | dateFilter 0..* DataRequirement.dateFilter | limit 0..1 positiveInt
          sort 0..* DataRequirement.sort
        DataRequirement.codeFilter
          path 0..1 string | searchParam 0..1 string | valueSet 0..1 canonical | code 0..* Coding
        DataRequirement.dateFilter
          path 0..1 string | searchParam 0..1 string | value[x] 0..1 dateTime,Period,Duration
        DataRequirement.sort
          path 1..1 string | direction 1..1 code of:sort-direction
        Dosage
          modifierExtension 0..* Extension | sequence 0..1 integer | text 0..1 string | additionalInstruction 0..* CodeableConcept
          patientInstruction 0..1 string | timing 0..1 Timing | asNeeded[x] 0..1 boolean,CodeableConcept | site 0..1 CodeableConcept
          route 0..1 CodeableConcept | method 0..1 CodeableConcept | doseAndRate 0..* Dosage.doseAndRate | maxDosePerPeriod 0..1 Ratio
          maxDosePerAdministration 0..1 Quantity | maxDosePerLifetime 0..1 Quantity
        Dosage.doseAndRate
          type 0..1 CodeableConcept | dose[x] 0..1 Range,Quantity | rate[x] 0..1 Ratio,Range,Quantity
        Expression
          description 0..1 string | name 0..1 id | language 1..1 code | expression 0..1 string | reference 0..1 uri
        HumanName
          use 0..1 code of:name-use | text 0..1 string | family 0..1 string | given 0..* string | prefix 0..* string | suffix 0..* string
          period 0..1 Period
        Money
          value 0..1 decimal | currency 0..1 code of:currencies
        ParameterDefinition
          name 0..1 code | use 1..1 code of:operation-parameter-use | min 0..1 integer | max 0..1 string | documentation 0..1 string
          type 1..1 code of:all-types | profile 0..1 canonical
        Range
          low 0..1 Quantity | high 0..1 Quantity
        Ratio
          numerator 0..1 Quantity | denominator 0..1 Quantity
        RelatedArtifact
          type 1..1 code of:related-artifact-type | label 0..1 string | display 0..1 string | citation 0..1 markdown | url 0..1 url
          document 0..1 Attachment | resource 0..1 canonical
        SampledData
          origin 1..1 Quantity | period 1..1 decimal | factor 0..1 decimal | lowerLimit 0..1 decimal | upperLimit 0..1 decimal
          dimensions 1..1 positiveInt | data 0..1 string
        Signature
          type 1..* Coding | when 1..1 instant
          who 1..1 Reference to:Practitioner,PractitionerRole,RelatedPerson,Patient,Device,Organization
          onBehalfOf 0..1 Reference to:Practitioner,PractitionerRole,RelatedPerson,Patient,Device,Organization
          targetFormat 0..1 code of:mimetypes | sigFormat 0..1 code of:mimetypes | data 0..1 base64Binary
        Timing
          modifierExtension 0..* Extension | event 0..* dateTime | repeat 0..1 Timing.repeat | code 0..1 CodeableConcept
        Timing.repeat
          bounds[x] 0..1 Duration,Range,Period | count 0..1 positiveInt | countMax 0..1 positiveInt | duration 0..1 decimal
          durationMax 0..1 decimal | durationUnit 0..1 code of:units-of-time | frequency 0..1 positiveInt | frequencyMax 0..1 positiveInt
          period 0..1 decimal | periodMax 0..1 decimal | periodUnit 0..1 code of:units-of-time | dayOfWeek 0..* code of:days-of-week
          timeOfDay 0..* time | when 0..* code of:event-timing | offset 0..1 unsignedInt
        TriggerDefinition
          type 1..1 code of:trigger-type | name 0..1 string | timing[x] 0..1 Timing,Reference,date,dateTime | data 0..* DataRequirement
          condition 0..1 Expression
        UsageContext
          code 1..1 Coding | value[x] 1..1 CodeableConcept,Quantity,Range,Reference
        """;

    /// <summary>
    /// The invariants between the elements of one object, by type. One without an expression is in <see cref="R4Invariant"/>, as are the
    /// operators. What all elements share (ele-1), references (ref-1), narratives (txt-1, txt-2) and contained resources (dom-2 to dom-5)
    /// are checked by the validator itself. Source: FHIR R4 (4.0.1), data types, "constraints".
    /// </summary>
    private const string InvariantTable =
        """
        Attachment: data needs contentType (att-1)
        Period: (per-1)
        Extension: value[x] xor extension (ext-1)
        ContactPoint: value needs system (cpt-2)
        Quantity Age Distance Count Duration: code needs system (qty-3)
        Age: value needs code (age-1)
        Age: system only-ucum (age-1)
        Age: (age-1)
        Distance: value needs code (dis-1)
        Distance: system only-ucum (dis-1)
        Count: value needs code (cnt-3)
        Count: system only-ucum (cnt-3)
        Count: (cnt-3)
        Duration: code needs value (drt-1)
        Duration: (drt-1)
        Range: (rng-2)
        Range: low without-comparator (sqty-1)
        Range: high without-comparator (sqty-1)
        Ratio: numerator iff denominator (rat-1)
        SampledData: origin without-comparator (sqty-1)
        Dosage: maxDosePerAdministration without-comparator (sqty-1)
        Dosage: maxDosePerLifetime without-comparator (sqty-1)
        Dosage.doseAndRate: doseQuantity without-comparator (sqty-1)
        Dosage.doseAndRate: rateQuantity without-comparator (sqty-1)
        Timing.repeat: duration needs durationUnit (tim-1)
        Timing.repeat: period needs periodUnit (tim-2)
        Timing.repeat: duration not-negative (tim-4)
        Timing.repeat: period not-negative (tim-5)
        Timing.repeat: periodMax needs period (tim-6)
        Timing.repeat: durationMax needs duration (tim-7)
        Timing.repeat: countMax needs count (tim-8)
        Timing.repeat: (tim-9)
        Timing.repeat: timeOfDay excludes when (tim-10)
        DataRequirement.codeFilter: path xor searchParam (drq-1)
        DataRequirement.dateFilter: path xor searchParam (drq-2)
        Expression: expression or reference (exp-1)
        TriggerDefinition: timing[x] excludes data (trd-1)
        TriggerDefinition: condition needs data (trd-2)
        TriggerDefinition: (trd-3)
        """;
}
