using Hl7.Fhir.Model;

namespace Redox.Media.Tests.Core.Audit;

/// <summary>
/// The rules of IHE's Basic Audit Log Patterns for reads, queries and updates, as differentials of our own to R4's AuditEvent. Source: IHE
/// BALP 1.1, profiles IHE.BasicAudit.{Read, Query, Update} and their patient-specific forms.
/// </summary>
internal static class BalpProfiles
{
    public const string Base = "https://profiles.ihe.net/ITI/BALP/StructureDefinition/IHE.BasicAudit.";

    private const string EventTypes = "http://terminology.hl7.org/CodeSystem/audit-event-type";
    private const string Dicom = "http://dicom.nema.org/resources/ontology/DCM";
    private const string Participation = "http://terminology.hl7.org/CodeSystem/v3-ParticipationType";

    // Of a client and of the server: one, with a type, a name and a network, and no media.
    private const string IsParticipant = "who.exists() and network.exists() and media.empty()";

    public static IEnumerable<StructureDefinition> All =>
    [
        .. Both("Read", "R", ["read", "vread"], client: "110152", server: "110153", users: ["IRCP"], Data("'4' | '3' | '20'")),
        .. Both("Query", "E", ["search", "search-type", "search-system"], client: "110153", server: "110152", users: ["IRCP"],
        [
            ("query", "the query is one entity of the type 2 and the role 24",
                $"entity.where({IsType("2")}).count() = 1 and entity.where({IsType("2")} and {IsRole("'24'")}).count() = 1"),
            ("query-1", "it has the query, and no what, lifecycle and detail",
                $"entity.where({IsType("2")}).all(query.exists() and what.empty() and lifecycle.empty() and detail.empty())"),
        ]),
        .. Both("Update", "U", ["update", "patch"], client: "110153", server: "110152", users: ["AUT", "INF", "CST"], Data(null)),
    ];

    private static IEnumerable<StructureDefinition> Both(
        string name, string action, string[] subtypes, string client, string server, string[] users,
        (string Key, string Human, string Expression)[] entities)
    {
        (string, string, string)[] rules =
        [
            ("subtype", "one of the interactions", "subtype.where(system = 'http://hl7.org/fhir/restful-interaction' and "
                + $"({string.Join(" or ", subtypes.Select(code => $"code = '{code}'"))})).exists()"),
            ("client", "one client", $"agent.where({HasCoding(Dicom, client)}).count() = 1"),
            ("client-1", "as IHE says", $"agent.where({HasCoding(Dicom, client)}).all({IsParticipant})"),
            ("server", "one server", $"agent.where({HasCoding(Dicom, server)}).count() = 1"),
            ("server-1", "as IHE says", $"agent.where({HasCoding(Dicom, server)}).all({IsParticipant})"),
            ("user", "at most one user", $"{Users(users)}.count() <= 1"),
            ("user-1", "who requests and has a name",
                $"{Users(users)}.all(who.exists() and requestor and network.empty() and media.empty())"),
            ("transaction", "at most one request", "entity.where(type.code = 'XrequestId').count() <= 1"),
            ("transaction-1", "with its ID", "entity.where(type.code = 'XrequestId').all(what.identifier.value.exists())"),
            .. entities,
        ];
        yield return Profile(name, action, minEntities: 1, rules);
        yield return Profile("Patient" + name, action, minEntities: 2,
        [
            .. rules,
            ("patient", "one patient", $"entity.where({IsType("1")} and {IsRole("'1'")}).count() = 1"),
            ("patient-1", "who is a Patient",
                $"entity.where({IsType("1")}).all(what.exists() and (what.type = 'Patient' or what.reference.contains('Patient/')))"),
        ]);
    }

    private static (string, string, string)[] Data(string? roles) =>
    [
        ("data", "what was read or changed is one entity of the type 2", $"entity.where({IsType("2")}).count() = 1"),
        ("data-1", "with a role and what it is",
            $"entity.where({IsType("2")}).all(what.exists() and {(roles is null ? "role.exists()" : IsRole(roles))})"),
    ];

    private static StructureDefinition Profile(
        string name, string action, int minEntities, IEnumerable<(string Key, string Human, string Expression)> rules) => new()
        {
            Url = Base + name,
            Name = "Basic" + name,
            Status = PublicationStatus.Active,
            FhirVersion = FHIRVersion.N4_0_1,
            Kind = StructureDefinition.StructureDefinitionKind.Resource,
            Abstract = false,
            Type = "AuditEvent",
            BaseDefinition = "http://hl7.org/fhir/StructureDefinition/AuditEvent",
            Derivation = StructureDefinition.TypeDerivationRule.Constraint,
            Differential = new StructureDefinition.DifferentialComponent
            {
                Element =
                [
                    new ElementDefinition
                    {
                        ElementId = "AuditEvent",
                        Path = "AuditEvent",
                        Constraint =
                        [
                            .. rules.Select(rule => new ElementDefinition.ConstraintComponent
                            {
                                Key = "balp-" + rule.Key, Human = rule.Human, Expression = rule.Expression,
                                Severity = ConstraintSeverity.Error,
                            }),
                        ],
                    },
                    Element("type", element => element.Pattern = new Coding(EventTypes, "rest")),
                    Element("subtype", element => element.Min = 1),
                    Element("action", element => (element.Min, element.Fixed) = (1, new Code(action))),
                    Element("outcome", element => (element.Min, element.Fixed) = (1, new Code("0"))),
                    Element("agent", element => element.Min = 2),
                    Element("entity", element => element.Min = minEntities),
                ],
            },
        };

    private static ElementDefinition Element(string name, Action<ElementDefinition> constrain)
    {
        var element = new ElementDefinition { ElementId = "AuditEvent." + name, Path = "AuditEvent." + name };
        constrain(element);
        return element;
    }

    private static string HasCoding(string system, string code) =>
        $"type.coding.where(system = '{system}' and code = '{code}').exists()";

    private static string Users(string[] codes) =>
        $"agent.where({string.Join(" or ", codes.Select(code => HasCoding(Participation, code)))})";

    private static string IsType(string code) =>
        $"(type.system = 'http://terminology.hl7.org/CodeSystem/audit-entity-type' and type.code = '{code}')";

    private static string IsRole(string codes) =>
        $"(role.system = 'http://terminology.hl7.org/CodeSystem/object-role' and role.code in ({codes}))";
}
