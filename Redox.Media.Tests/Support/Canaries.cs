using Newtonsoft.Json.Linq;

namespace Redox.Media.Tests.Support;

/// <summary>Values that must not be seen again outside the database and the answer to a query.</summary>
internal static class Canaries
{
    public const string Mark = "CANARY";

    private static int _count;

    /// <summary>The mark as it stands in a file that begins with it.</summary>
    public static string InBase64 => Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(Mark));

    /// <summary>
    /// Puts a canary into every text besides Meta and the document's own ID, and into texts that the message did not have.
    /// </summary>
    public static JObject Everywhere(JObject message)
    {
        message.With("Patient.Demographics.FirstName", "x").With("Patient.Demographics.LastName", "x").With("Patient.Demographics.DOB", "x")
            .With("Patient.Demographics.SSN", "x").With("Patient.Notes", new JArray("x")).With("Media.DocumentDescription", "x")
            .With("Media.CreationDateTime", "x").With("Media.Authenticator.LastName", "x")
                .With("Orders", new JArray(new JObject { ["Name"] = "x" }))
            .With("Unknown.Member", "x").With("Meta.Source.Name", "x").With("Meta.FacilityCode", "x");
        foreach (var text in message.Descendants().OfType<JValue>().Where(IsFree).ToList())
        {
            text.Value = Next();
        }

        message[Next()] = Next();
        return message.WithContent(Mark + " in the file");
    }

    /// <summary>Puts a canary in the place of every text but the type of a resource, which decides whether it is read at all.</summary>
    public static JObject InEveryText(JObject resource)
    {
        foreach (var text in resource.Descendants().OfType<JValue>()
            .Where(value => value.Type == JTokenType.String && value.Path != "resourceType").ToList())
        {
            text.Value = Next();
        }

        return resource;
    }

    public static string Next() => $"{Mark}{Interlocked.Increment(ref _count)}";

    private static bool IsFree(JValue value) => value.Type == JTokenType.String
        && (!value.Path.StartsWith("Meta.", StringComparison.Ordinal)
            || value.Path is "Meta.Source.Name" or "Meta.FacilityCode" or "Meta.Destinations[0].Name")
        && value.Path is not ("Media.DocumentID" or "Media.OriginalDocumentID" or "Media.Availability");
}
