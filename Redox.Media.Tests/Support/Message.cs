using System.Globalization;
using Newtonsoft.Json.Linq;

namespace Redox.Media.Tests.Support;

/// <summary>Makes Redox messages, each with a log ID of its own. A test changes what it is about and leaves the rest.</summary>
internal static class Message
{
    /// <summary>A source that no other test uses, so that tests share a database and never meet.</summary>
    public static string NewSource() => Guid.NewGuid().ToString();

    public static string NewDocumentId() => "DOC-" + Guid.NewGuid().ToString("N");

    public static JObject New(
        string source, string documentId, DateTimeOffset? at = null, string content = "first content", string patient = "PT-1") =>
        Event("New", source, documentId, at, patient).WithContent(content);

    public static JObject Replace(
        string source, string originalId, string documentId, DateTimeOffset? at = null, string content = "replacing content",
            string patient = "PT-1")
    {
        var message = Event("Replace", source, documentId, at, patient).WithContent(content);
        message["Media"]!["OriginalDocumentID"] = originalId;
        return message;
    }

    public static JObject Delete(string source, string documentId, DateTimeOffset? at = null, string patient = "PT-1") =>
        Event("Delete", source, documentId, at, patient);

    /// <summary>A query by DocumentIDs.</summary>
    public static JObject Query(params string[] documentIds) => new()
    {
        ["Meta"] = Meta("Query", NewSource(), null),
        ["DocumentIDs"] = new JArray(documentIds.Cast<object>().ToArray()),
    };

    public static JObject WithContent(this JObject message, string text)
    {
        message["Media"]!["FileContents"] = Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(text));
        return message;
    }

    /// <summary>Changes a member by its path, for instance <c>Visit.VisitNumber</c>; makes the objects on the way.</summary>
    public static JObject With(this JObject message, string path, JToken? value)
    {
        var names = path.Split('.');
        JToken parent = message;
        foreach (var name in names[..^1])
        {
            parent[name] ??= new JObject();
            parent = parent[name]!;
        }

        parent[names[^1]] = value;
        return message;
    }

    public static JObject Without(this JObject message, string path)
    {
        message.SelectToken(path)?.Parent?.Remove();
        return message;
    }

    public static JObject WithLog(this JObject message, string logId, string? attemptId = null)
    {
        message["Meta"]!["Logs"] = new JArray(new JObject { ["ID"] = logId, ["AttemptID"] = attemptId ?? Guid.NewGuid().ToString() });
        return message;
    }

    public static string LogId(this JObject message) => (string)message["Meta"]!["Logs"]![0]!["ID"]!;

    private static JObject Event(string eventType, string source, string documentId, DateTimeOffset? at, string patient) => new()
    {
        ["Meta"] = Meta(eventType, source, at),
        ["Patient"] = new JObject
        {
            ["Identifiers"] = new JArray(new JObject { ["ID"] = patient, ["IDType"] = "MR" }),
        },
        ["Visit"] = new JObject { ["VisitNumber"] = "V-1" },
        ["Media"] = new JObject
        {
            ["FileType"] = "TXT",
            ["FileName"] = "note",
            ["DocumentType"] = "Note",
            ["DocumentID"] = documentId,
            ["Provider"] = new JObject { ["ID"] = "1999999992", ["IDType"] = "NPI" },
            ["Availability"] = "Available",
        },
    };

    private static JObject Meta(string eventType, string source, DateTimeOffset? at)
    {
        var meta = new JObject
        {
            ["DataModel"] = "Media",
            ["EventType"] = eventType,
            ["Test"] = false,
            ["Source"] = new JObject { ["ID"] = source, ["Name"] = "Lakeside Clinic EHR" },
            ["Destinations"] = new JArray(new JObject { ["ID"] = "c2a4e9d8-7b13-4f7e-8c55-1f0b7d9e2b02", ["Name"] = "Document Archive" }),
            ["Logs"] = new JArray(new JObject { ["ID"] = Guid.NewGuid().ToString(), ["AttemptID"] = Guid.NewGuid().ToString() }),
            ["FacilityCode"] = null,
        };
        if (at is { } time)
        {
            meta["EventDateTime"] = time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'", CultureInfo.InvariantCulture);
        }

        return meta;
    }
}
