using NUnit.Framework;
using Newtonsoft.Json.Linq;
using Redox.Media.Core.Deliveries;

namespace Redox.Media.Tests.Support;

/// <summary>What tests say to a running service, and how they read what it says.</summary>
internal static class Conversation
{
    /// <summary>Delivers an event that must be accepted, and returns its outcome.</summary>
    public static async Task<string?> ApplyAsync(this RunningService service, JObject message)
    {
        var answer = await service.DeliverAsync(message);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Outcome;
    }

    /// <summary>Asks a query that must be answered, and returns its Media.</summary>
    public static async Task<IReadOnlyList<JObject>> FindAsync(this RunningService service, JObject query)
    {
        var answer = await service.DeliverAsync(query);
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return [.. answer.Json["Media"]!.Cast<JObject>()];
    }

    /// <summary>The DocumentIDs that a query finds, in the order of the answer.</summary>
    public static async Task<IReadOnlyList<string>> FindIdsAsync(this RunningService service, JObject query) =>
        [.. (await service.FindAsync(query)).Select(item => (string)item["DocumentID"]!)];

    /// <summary>The text in the file of the one document that has this ID; null when there is none.</summary>
    public static async Task<string?> ContentAsync(this RunningService service, string documentId)
    {
        var found = await service.FindAsync(Message.Query(documentId));
        return found.Count == 0 ? null : Text(found.Single());
    }

    public static string Text(JObject item) => System.Text.Encoding.UTF8.GetString(Convert.FromBase64String((string)item["FileContents"]!));

    public static async Task<JObject> TraceDeliveryAsync(this RunningService service, string id)
    {
        var answer = await service.AskSupportAsync("/support/api/deliveries/" + Uri.EscapeDataString(id));
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    public static async Task<JObject> TraceDocumentAsync(this RunningService service, string source, string documentId)
    {
        var answer =
            await service.AskSupportAsync($"/support/api/documents/{Uri.EscapeDataString(source)}/{Uri.EscapeDataString(documentId)}");
        Assert.That(answer.Status, Is.EqualTo(200), answer.Text);
        return answer.Json;
    }

    public static Guid DeliveryId(this Answer answer) => (Guid)answer.Json["DeliveryID"]!;
}
