using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Core.Validation;

/// <summary>One row of Redox's field tables.</summary>
/// <param name="Path">Where it is; [] after an array of objects, as in <c>Patient.Identifiers[].ID</c>.</param>
/// <param name="Kind">object, objects (an array of them), values (an array of anything), string, boolean or number.</param>
internal sealed record Field(string Path, string Kind, bool Required)
{
    /// <summary>The path in a message whose arrays have one element.</summary>
    public string First => Path.Replace("[]", "[0]");

    public bool IsScalar => Kind is "string" or "boolean" or "number";
}

/// <summary>
/// What Redox publishes about the five Media events, as a table. Written independently of the schema files, which are compared with it. A
/// star marks
/// what is required within the object it stands in.
/// </summary>
internal static class FieldTable
{
    public static readonly string[] Events = ["New", "Replace", "Delete", "Query", "QueryResponse"];

    private const string Meta = """
        Meta*                        object
        Meta.DataModel*              string
        Meta.EventType*              string
        Meta.EventDateTime           string
        Meta.Test                    boolean
        Meta.Source                  object
        Meta.Source.ID               string
        Meta.Source.Name             string
        Meta.Destinations            objects
        Meta.Destinations[].ID       string
        Meta.Destinations[].Name     string
        Meta.Logs                    objects
        Meta.Logs[].ID               string
        Meta.Logs[].AttemptID        string
        Meta.FacilityCode            string
        """;

    private const string RetiredMeta = """
        Meta.Message                 object
        Meta.Message.ID              number
        Meta.Transmission            object
        Meta.Transmission.ID         number
        """;

    private const string PatientVisitOrders = """
        Patient*                                   object
        Patient.Identifiers*                       objects
        Patient.Identifiers[].ID*                  string
        Patient.Identifiers[].IDType*              string
        Patient.Demographics                       object
        Patient.Demographics.FirstName             string
        Patient.Demographics.MiddleName            string
        Patient.Demographics.LastName              string
        Patient.Demographics.DOB                   string
        Patient.Demographics.SSN                   string
        Patient.Demographics.Sex                   string
        Patient.Demographics.Race                  string
        Patient.Demographics.MaritalStatus         string
        Patient.Demographics.Language              string
        Patient.Demographics.Religion              string
        Patient.Demographics.IsHispanic            boolean
        Patient.Demographics.IsDeceased            boolean
        Patient.Demographics.DeathDateTime         string
        Patient.Demographics.PhoneNumber           object
        Patient.Demographics.PhoneNumber.Home      string
        Patient.Demographics.PhoneNumber.Office    string
        Patient.Demographics.PhoneNumber.Mobile    string
        Patient.Demographics.EmailAddresses        values
        Patient.Demographics.Citizenship           values
        Patient.Demographics.Address               address
        Patient.Notes                              values
        Visit                                      object
        Visit.VisitNumber                          string
        Visit.AccountNumber                        string
        Visit.Location                             location
        Visit.Location.Bed                         string
        Orders                                     objects
        Orders[].ID                                string
        Orders[].Name                              string
        """;

    private const string Media = """
        Media*                       object
        Media.FileType*              string
        Media.FileName*              string
        Media.DocumentType*          string
        Media.DocumentID*            string
        Media.DocumentDescription    string
        Media.CreationDateTime       string
        Media.ServiceDateTime        string
        Media.DirectAddressFrom      string
        Media.DirectAddressTo        string
        Media.Provider*              person
        Media.Authenticated          string
        Media.Authenticator          person
        Media.Availability*          string
        Media.Notifications          persons
        """;

    private const string Contents = "Media.FileContents* string";

    private const string Original = "Media.OriginalDocumentID* string";

    private const string Query = """
        Patients                         objects
        Patients[].Identifiers           objects
        Patients[].Identifiers[].ID      string
        Patients[].Identifiers[].IDType  string
        VisitNumbers                     values
        DocumentTypes                    values
        DocumentIDs                      values
        """;

    private const string QueryResponse = """
        Media                                objects
        Media[].Patient                      object
        Media[].Patient.Identifiers          objects
        Media[].Patient.Identifiers[].ID     string
        Media[].Patient.Identifiers[].IDType string
        Media[].Visit                        object
        Media[].Visit.VisitNumber            string
        Media[].FileType                     string
        Media[].FileName                     string
        Media[].FileContents                 string
        Media[].DocumentType                 string
        Media[].DocumentID                   string
        Media[].DocumentDescription          string
        Media[].CreationDateTime             string
        Media[].ServiceDateTime              string
        """;

    public static IReadOnlyList<Field> Of(string eventName) => eventName switch
    {
        "New" => Read(Meta, RetiredMeta, PatientVisitOrders, Media, Contents),
        "Replace" => Read(Meta, RetiredMeta, PatientVisitOrders, Media, Contents, Original),
        "Delete" => Read(Meta, RetiredMeta, PatientVisitOrders, Media),
        "Query" => Read(Meta, RetiredMeta, Query),
        _ => Read(Meta, QueryResponse),
    };

    private static Field[] Read(params string[] tables) =>
        [.. tables.SelectMany(table => table.Split('\n')).Select(row => row.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .SelectMany(cells => Expand(cells[0].TrimEnd('*'), cells[1].Trim(), cells[0].EndsWith('*')))];

    /// <summary>The blocks that recur: a person, an address, a place.</summary>
    private static IEnumerable<Field> Expand(string path, string kind, bool required) => kind switch
    {
        "address" => Block(path, "object", required, "StreetAddress", "City", "State", "ZIP", "County", "Country"),
        "location" => [
            .. Block(path, "object", required, "Type", "Facility", "Department", "Room"),
            .. Block(path + ".FacilityIdentifiers", "objects", false, "ID", "IDType"),
            .. Block(path + ".DepartmentIdentifiers", "objects", false, "ID", "IDType"),
        ],
        "person" => [new Field(path, "object", required), .. Person(path, needsId: path == "Media.Provider")],
        "persons" => [new Field(path, "objects", required), .. Person(path + "[]", needsId: false)],
        _ => [new Field(path, kind, required)],
    };

    private static IEnumerable<Field> Person(string path, bool needsId) =>
    [
        new Field(path + ".ID", "string", needsId),
        .. new[] { "IDType", "FirstName", "LastName" }.Select(name => new Field($"{path}.{name}", "string", false)),
        new Field(path + ".Credentials", "values", false),
        new Field(path + ".EmailAddresses", "values", false),
        .. Block(path + ".PhoneNumber", "object", false, "Office"),
        .. Expand(path + ".Address", "address", false),
        .. Expand(path + ".Location", "location", false),
    ];

    private static IEnumerable<Field> Block(string path, string kind, bool required, params string[] members) =>
        members.Select(name => new Field($"{path}{(kind == "objects" ? "[]" : "")}.{name}", "string", false))
            .Prepend(new Field(path, kind, required));
}
