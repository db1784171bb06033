using System.Buffers.Text;
using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Fhir;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>The requests of a load, and what shows that they are answered.</summary>
internal sealed class BenchMessages
{
    /// <summary>Whose documents they are.</summary>
    public const string SourceId = "0f7b1c0e-5d0c-4c57-9a3c-6c5e2f6d1a01";

    // What the answers say.
    private const string
        Created = "\"Outcome\":\"created\"",
        HasFile = "\"FileContents\":\"",
        HasDocument = $"\"DocumentID\":\"{NumberedBytes.IdPlace}\"";

    private readonly NumberedBytes _request;

    private BenchMessages(NumberedBytes request, ExpectedAnswer expected) => (_request, Expected) = (request, expected);

    public ExpectedAnswer Expected { get; }

    /// <summary>True when what is asked for is a log ID; every other message has one of its own.</summary>
    public bool AsksByLog { get; private init; }

    /// <summary>What follows the head of the request.</summary>
    public byte[] Body => _request.Bytes[(_request.Bytes.IndexOf("\r\n\r\n"u8) + 4)..].ToArray();

    /// <summary>A New with a file of so many bytes that nothing can compress, and all else that a real one has.</summary>
    public static BenchMessages New(int fileBytes) => New(fileBytes, _ => { });

    /// <summary>
    /// A New whose patient, visit and IDs are its own, and its type that of <see cref="NumberedBytes.DocumentsOfType"/> documents; its file
    /// is a picture. So are the documents of <see cref="GrowthArchive"/>.
    /// </summary>
    public static BenchMessages Unique(int fileBytes) => New(fileBytes, message =>
    {
        message["Meta"]!["Logs"]![0]!["AttemptID"] = NumberedBytes.LogPlace + GrowthArchive.AttemptSuffix;
        message["Meta"]!["Transmission"] = new JObject { ["ID"] = NumberedBytes.LogPlace + GrowthArchive.TransmissionSuffix };
        message["Media"]!["DocumentType"] = NumberedBytes.TypePlace;
        message["Media"]!["FileType"] = GrowthArchive.FileType;
        message["Visit"]!["VisitNumber"] = NumberedBytes.IdPlace;
        message["Patient"]!["Identifiers"]![0]!["ID"] = NumberedBytes.IdPlace;
        message["Patient"]!["Identifiers"]![1]!["ID"] = NumberedBytes.IdPlace + GrowthArchive.EhrSuffix;
    });

    private static BenchMessages New(int fileBytes, Action<JObject> change)
    {
        var message = JObject.Parse(Envelope);
        message["Media"]!["FileContents"] = File(fileBytes);
        message["Media"]!["DocumentID"] = NumberedBytes.IdPlace;
        message["Meta"]!["Source"]!["ID"] = SourceId;
        message["Meta"]!["Logs"]![0]!["ID"] = NumberedBytes.LogPlace;
        change(message);
        return Post("/", message, EngineCredential, new ExpectedAnswer(200, Created, 0));
    }

    /// <summary>A Query for one document, whose file has so many bytes.</summary>
    public static BenchMessages Query(int fileBytes) => Asking(
        message => message["DocumentIDs"] = new JArray(NumberedBytes.IdPlace), new ExpectedAnswer(200, HasFile, Base64.GetMaxEncodedToUtf8Length(fileBytes)));

    /// <summary>A Query for one document whose file is so small that all of it is looked through.</summary>
    public static BenchMessages Query() => Asking(message => message["DocumentIDs"] = new JArray(NumberedBytes.IdPlace));

    public static BenchMessages QueryVisit() => Asking(message => message["VisitNumbers"] = new JArray(NumberedBytes.IdPlace));

    public static BenchMessages QueryType() => Asking(message => message["DocumentTypes"] = new JArray(NumberedBytes.TypePlace));

    public static BenchMessages QueryPatient() => Asking(message => message["Patients"] = new JArray(new JObject
    {
        ["Identifiers"] = new JArray(new JObject { ["ID"] = NumberedBytes.IdPlace, ["IDType"] = "MR" }),
    }));

    private static BenchMessages Asking(Action<JObject> criterion, ExpectedAnswer? expected = null)
    {
        var message = JObject.Parse("""
            {"Meta":{"DataModel":"Media","EventType":"Query","EventDateTime":"2026-03-04T10:00:00.000Z","Test":false,
            "Source":{"ID":"7a1b2c3d-4e5f-4061-8273-94a5b6c7d810","Name":"Partner App"},
            "Destinations":[{"ID":"c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02","Name":"Document Archive"}],
            "Logs":[{"ID":"x","AttemptID":"9b504f3e-2d1c-4aa9-9887-766554433212"}],"FacilityCode":null},
            "Patients":[],"VisitNumbers":[],"DocumentTypes":[],"DocumentIDs":[]}
            """);
        criterion(message);
        message["Meta"]!["Logs"]![0]!["ID"] = NumberedBytes.LogPlace;
        return Post("/", message, EngineCredential, expected ?? new ExpectedAnswer(200, HasDocument, 0));
    }

    /// <summary>A trace by log ID.</summary>
    public static BenchMessages Trace() => new(
        GetBytes($"/support/api/deliveries/{NumberedBytes.LogPlace}", Bearer(BenchServer.Token)), new ExpectedAnswer(200, NumberedBytes.LogPlace, 0))
    {
        AsksByLog = true,
    };

    /// <summary>A create of a Media with such a file, its other elements those of the documented request.</summary>
    public static BenchMessages FhirCreate(int fileBytes)
    {
        var media = JObject.Parse("""
            {"resourceType":"Media","status":"completed","subject":{"reference":"Patient/610066552b0a42c5a0095a047cf1bff1"},
            "encounter":{"reference":"Encounter/302fca5c-9231-4eca-83e7-c62b6ab93ba7"},
            "operator":{"reference":"Practitioner/3640cd20de8a470aa570a852859ac87e"},
            "content":{"contentType":"image/jpeg","data":"","title":"Image title"},"note":[{"text":"First note"},{"text":"Second note"}]}
            """);
        media["identifier"] = new JArray(new JObject { ["system"] = "urn:bench", ["value"] = NumberedBytes.IdPlace });
        media["content"]!["data"] = File(fileBytes);
        return Post("/Media", media, Bearer(BenchServer.ClientToken), new ExpectedAnswer(201, "", 0));
    }

    /// <summary>A read of one resource, or of its file.</summary>
    /// <param name="leastBytes">Of the answer.</param>
    public static BenchMessages FhirRead(string path, long leastBytes = 1) =>
        new(GetBytes(path, Bearer(BenchServer.ClientToken)), new ExpectedAnswer(200, "", leastBytes));

    /// <summary>The bare read of a row.</summary>
    /// <param name="bytes">Of the row.</param>
    public static BenchMessages Read(long id, long bytes) =>
        new(GetBytes(string.Create(CultureInfo.InvariantCulture, $"/{id}"), ""), new ExpectedAnswer(200, "", bytes));

    /// <summary>The same requests, asked of the audited read of a row.</summary>
    /// <param name="bytes">Of the row.</param>
    public BenchMessages ToAuditedRead(long id, long bytes)
    {
        var path = _request.Bytes.IndexOf((byte)' ') + 1;
        var rest = path + _request.Bytes[path..].IndexOf((byte)' ');
        var request = new NumberedBytes([.. _request.Bytes[..path], .. Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"/audited/{id}")), .. _request.Bytes[rest..]]);
        return new BenchMessages(request, new ExpectedAnswer(200, "", bytes));
    }

    /// <summary>The same requests, as the floor answers them: 200 and nothing more.</summary>
    public BenchMessages ToFloor() => new(_request, new ExpectedAnswer(200, "", 0));

    /// <inheritdoc cref="NumberedBytes.Copy"/>
    public byte[] Copy() => _request.Copy();

    /// <inheritdoc cref="NumberedBytes.Number"/>
    public void Number(byte[] copy, long documentNumber, long logNumber) => _request.Number(copy, documentNumber, logNumber);

    private const string EngineCredential = $"verification-token: {BenchServer.Token}\r\n";

    private static string Bearer(string token) => $"Authorization: Bearer {token}\r\n";

    private static string File(int bytes)
    {
        var file = new byte[bytes];
        new Random(bytes).NextBytes(file);
        return Convert.ToBase64String(file);
    }

    private static NumberedBytes GetBytes(string path, string credential) =>
        new(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\n{credential}\r\n"));

    private static BenchMessages Post(string path, JObject message, string credential, ExpectedAnswer expected)
    {
        var body = Encoding.UTF8.GetBytes(message.ToString(Newtonsoft.Json.Formatting.None));
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{credential}Content-Length: {body.Length}\r\n\r\n");
        return new BenchMessages(new NumberedBytes([.. head, .. body]), expected);
    }

    private const string Envelope = """
        {"Meta":{"DataModel":"Media","EventType":"New","EventDateTime":"2026-03-02T14:05:09.120Z","Test":false,
        "Source":{"ID":"x","Name":"Lakeside Clinic EHR (p)"},
        "Destinations":[{"ID":"c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02","Name":"Document Archive (p)"}],
        "Logs":[{"ID":"x","AttemptID":"1c7a4b90-2f5d-4d6e-8a11-3e9f0b2d4c04"}],"FacilityCode":null},
        "Patient":{"Identifiers":[{"ID":"LK0004711","IDType":"MR"},{"ID":"6e2f8a10-1b2c-4d3e-8f4a-5b6c7d8e9f05","IDType":"EHRID"}],
        "Demographics":{"FirstName":"Nora","MiddleName":null,"LastName":"Quill","DOB":"1979-11-30","SSN":null,"Sex":"Female","Race":null,
        "IsHispanic":null,"Religion":null,"MaritalStatus":null,"IsDeceased":null,"DeathDateTime":null,
        "PhoneNumber":{"Home":"+15550100001","Office":null,"Mobile":null},"EmailAddresses":[],"Language":"en","Citizenship":[],
        "Address":{"StreetAddress":"1 Example Way","City":"Springfield","State":"WI","ZIP":"53000","County":null,"Country":"US"}},"Notes":[]},
        "Visit":{"VisitNumber":"V-20260302-01","AccountNumber":null,"Location":{"Type":"Outpatient","Facility":"Lakeside",
        "FacilityIdentifiers":[],"Department":"Cardiology","DepartmentIdentifiers":[],"Room":null,"Bed":null}},
        "Media":{"FileType":"PDF","FileName":"echo-report","FileContents":"","DocumentType":"Echo Report","DocumentID":"x",
        "DocumentDescription":null,"CreationDateTime":"2026-03-02T14:01:00.000Z","ServiceDateTime":"2026-03-02T13:30:00.000Z",
        "DirectAddressFrom":null,"DirectAddressTo":null,"Provider":{"ID":"1999999992","IDType":"NPI","FirstName":"Ada","LastName":"Moss",
        "Credentials":["MD"],"Address":{"StreetAddress":null,"City":null,"State":null,"ZIP":null,"County":null,"Country":null},
        "EmailAddresses":[],"PhoneNumber":{"Office":null}},"Authenticated":"True","Authenticator":{"ID":"1999999992","IDType":"NPI",
        "FirstName":"Ada","LastName":"Moss","Credentials":["MD"]},"Availability":"Available","Notifications":[]},
        "Orders":[{"ID":"ORD-5521","Name":"Transthoracic echo"}]}
        """;
}
