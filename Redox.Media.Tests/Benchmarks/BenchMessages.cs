using System.Globalization;
using System.Text;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Tests.Benchmarks;

/// <summary>
/// Requests made beforehand, so that the load costs little: each has places for IDs of 32 hexadecimal digits that are overwritten
/// before it is sent.
/// </summary>
internal sealed class BenchMessages
{
    private static readonly byte[] IdPlace = "00000000000000000000000000abcdef"u8.ToArray();
    private static readonly byte[] LogPlace = "00000000000000000000000000fedcba"u8.ToArray();

    /// <summary>What a log ID follows in the address of its trace.</summary>
    public const string TracePath = "/support/api/deliveries/";

    private readonly byte[] _request;
    private readonly int[] _idPlaces;
    private readonly int[] _logPlaces;

    private BenchMessages(byte[] request)
    {
        _request = request;
        _idPlaces = Places(request, IdPlace);
        _logPlaces = Places(request, LogPlace);
    }

    /// <summary>True when what is asked for is a log ID; every other message has one of its own.</summary>
    public bool AsksByLog { get; private init; }

    public int Bytes => _request.Length;

    /// <summary>A New with a file of so many bytes that nothing can compress, and all else that a real one has.</summary>
    public static BenchMessages New(int fileBytes)
    {
        var message = JObject.Parse(Envelope);
        var file = new byte[fileBytes];
        new Random(fileBytes).NextBytes(file);
        message["Media"]!["FileContents"] = Convert.ToBase64String(file);
        message["Media"]!["DocumentID"] = Encoding.ASCII.GetString(IdPlace);
        message["Meta"]!["Logs"]![0]!["ID"] = Encoding.ASCII.GetString(LogPlace);
        return Post("/", message);
    }

    /// <summary>A New whose patient, visit and type are its own, so that each finds one document.</summary>
    public static BenchMessages Unique(int fileBytes)
    {
        var message = JObject.Parse(Envelope);
        var file = new byte[fileBytes];
        new Random(fileBytes).NextBytes(file);
        var id = Encoding.ASCII.GetString(IdPlace);
        message["Media"]!["FileContents"] = Convert.ToBase64String(file);
        message["Media"]!["DocumentID"] = id;
        message["Media"]!["DocumentType"] = id;
        message["Visit"]!["VisitNumber"] = id;
        message["Patient"]!["Identifiers"]![0]!["ID"] = id;
        message["Meta"]!["Logs"]![0]!["ID"] = Encoding.ASCII.GetString(LogPlace);
        return Post("/", message);
    }

    /// <summary>A Query for one document.</summary>
    public static BenchMessages Query() => Asking(message => message["DocumentIDs"] = new JArray(Encoding.ASCII.GetString(IdPlace)));

    public static BenchMessages QueryVisit() => Asking(message => message["VisitNumbers"] = new JArray(Encoding.ASCII.GetString(IdPlace)));

    public static BenchMessages QueryType() => Asking(message => message["DocumentTypes"] = new JArray(Encoding.ASCII.GetString(IdPlace)));

    public static BenchMessages QueryPatient() => Asking(message => message["Patients"] = new JArray(new JObject
    {
        ["Identifiers"] = new JArray(new JObject { ["ID"] = Encoding.ASCII.GetString(IdPlace), ["IDType"] = "MR" }),
    }));

    private static BenchMessages Asking(Action<JObject> criterion)
    {
        var message = JObject.Parse("""
            {"Meta":{"DataModel":"Media","EventType":"Query","EventDateTime":"2026-03-04T10:00:00.000Z","Test":false,
            "Source":{"ID":"7a1b2c3d-4e5f-4061-8273-94a5b6c7d810","Name":"Partner App"},
            "Destinations":[{"ID":"c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02","Name":"Document Archive"}],
            "Logs":[{"ID":"x","AttemptID":"9b504f3e-2d1c-4aa9-9887-766554433212"}],"FacilityCode":null},
            "Patients":[],"VisitNumbers":[],"DocumentTypes":[],"DocumentIDs":[]}
            """);
        criterion(message);
        message["Meta"]!["Logs"]![0]!["ID"] = Encoding.ASCII.GetString(LogPlace);
        return Post("/", message);
    }

    /// <summary>A trace by log ID.</summary>
    public static BenchMessages Trace() => new(Encoding.ASCII.GetBytes(
        $"GET {TracePath}{Encoding.ASCII.GetString(LogPlace)} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {BenchServer.Token}\r\n\r\n"))
    {
        AsksByLog = true,
    };

    /// <summary>A create of a Media with such a file, its other elements those of the documented request.</summary>
    public static BenchMessages FhirCreate(int fileBytes)
    {
        var file = new byte[fileBytes];
        new Random(fileBytes).NextBytes(file);
        var media = JObject.Parse("""
            {"resourceType":"Media","status":"completed","subject":{"reference":"Patient/610066552b0a42c5a0095a047cf1bff1"},
            "encounter":{"reference":"Encounter/302fca5c-9231-4eca-83e7-c62b6ab93ba7"},
            "operator":{"reference":"Practitioner/3640cd20de8a470aa570a852859ac87e"},
            "content":{"contentType":"image/jpeg","data":"","title":"Image title"},"note":[{"text":"First note"},{"text":"Second note"}]}
            """);
        media["identifier"] = new JArray(new JObject { ["system"] = "urn:bench", ["value"] = Encoding.ASCII.GetString(IdPlace) });
        media["content"]!["data"] = Convert.ToBase64String(file);
        return Post("/Media", media, $"Authorization: Bearer {BenchServer.ClientToken}");
    }

    /// <summary>A read of one resource, or of its file.</summary>
    public static BenchMessages FhirRead(string path) =>
        new(Encoding.ASCII.GetBytes($"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {BenchServer.ClientToken}\r\n\r\n"));

    /// <summary>What follows the head of the request.</summary>
    public byte[] Body => _request[(_request.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];

    /// <summary>The bare read of a row.</summary>
    public static BenchMessages Read(long id) => new(Encoding.ASCII.GetBytes(
        string.Create(CultureInfo.InvariantCulture, $"GET /{id} HTTP/1.1\r\nHost: bench\r\n\r\n")));

    /// <summary>A copy for one connection, which it may overwrite.</summary>
    public byte[] Copy() => (byte[])_request.Clone();

    /// <summary>Writes the IDs into a copy.</summary>
    public void Number(byte[] copy, long documentNumber, long logNumber)
    {
        Write(copy, _idPlaces, documentNumber);
        Write(copy, _logPlaces, logNumber);
    }

    public static string Id(long number) => number.ToString("x32", CultureInfo.InvariantCulture);

    private static BenchMessages Post(string path, JObject message) => Post(path, message, $"verification-token: {BenchServer.Token}");

    private static BenchMessages Post(string path, JObject message, string credential)
    {
        var body = Encoding.UTF8.GetBytes(message.ToString(Newtonsoft.Json.Formatting.None));
        var head = Encoding.ASCII.GetBytes(
            $"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\n{credential}\r\nContent-Length: {body.Length}\r\n\r\n");
        return new BenchMessages([.. head, .. body]);
    }

    private static void Write(byte[] copy, int[] places, long number)
    {
        Span<byte> digits = stackalloc byte[32];
        number.TryFormat(digits, out _, "x32", CultureInfo.InvariantCulture);
        foreach (var place in places)
        {
            digits.CopyTo(copy.AsSpan(place));
        }
    }

    private static int[] Places(byte[] request, byte[] text)
    {
        var places = new List<int>();
        for (var at = request.AsSpan().IndexOf(text); at >= 0;)
        {
            places.Add(at);
            var next = request.AsSpan(at + 1).IndexOf(text);
            at = next < 0 ? -1 : at + 1 + next;
        }

        return [.. places];
    }

    private const string Envelope = """
        {"Meta":{"DataModel":"Media","EventType":"New","EventDateTime":"2026-03-02T14:05:09.120Z","Test":false,
        "Source":{"ID":"0f7b1c0e-5d0c-4c57-9a3c-6c5e2f6d1a01","Name":"Lakeside Clinic EHR (p)"},
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
