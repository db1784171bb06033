using Redox.Media.Api.Security;
using Redox.Media.Core.Audit;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Messages;

namespace Redox.Media.Api.Pages.Messages;

/// <summary>Opens messages for pages: masked, or with their values and a row in the audit.</summary>
internal sealed class MessageModels(StoredMessages messages, MessageLines lines)
{
    /// <summary>The message of a delivery. With values it is recorded before this returns.</summary>
    public async Task<MessageModel> OpenAsync(
        HttpContext context, DeliveryRecord delivery, AccessAudit audit, CancellationToken cancellation)
    {
        var reason = context.RevealReason();
        StoredMessage message;
        try
        {
            message = await messages.ReadAsync(delivery, context.GetStaff(StaffRoles.Trace)!, cancellation);
        }
        catch (IntegrityException)
        {
            return new MessageModel("Its stored bytes are damaged and are not shown. The operator has been alerted.", false);
        }

        if (message.Envelope is not { } envelope)
        {
            return new MessageModel(message.Reason, false);
        }

        if (reason is not null)
        {
            var access = new AccessRequest(AuditAct.Payload, delivery.DeliveryId.ToString())
            {
                Reason = reason, PatientKeys = message.PatientKeys,
            };
            await audit.RecordAsync(context, access, AuditOutcome.Success, row => row with
            {
                DeliveryIds = [delivery.DeliveryId], Documents = SeenBy(delivery), IsTest = delivery.Test,
            });
        }

        return new MessageModel(null, reason is not null)
        {
            Lines = lines.Of(envelope, delivery.Violations, reason is not null),
            ContentBytes = message.ContentBytes,
            Kind = ContentKinds.Declared(message.FileType),
            Content = $"{PageAddresses.Deliveries}/{delivery.DeliveryId}/content",
        };
    }

    /// <summary>The document that a delivery names, for the audit.</summary>
    public static IReadOnlyList<SeenDocument> SeenBy(DeliveryRecord delivery) => delivery.DocumentId is { } id
        ? [new SeenDocument(DocumentKey.Of(delivery.Source, id, delivery.Test), null)] : [];
}

/// <summary>A message on a page.</summary>
/// <param name="Problem">Why it is not shown; null when it is.</param>
/// <param name="IsRevealed">Whether its values are shown.</param>
public sealed record MessageModel(string? Problem, bool IsRevealed)
{
    public IReadOnlyList<MessageLine> Lines { get; init; } = [];

    /// <summary>Bytes of its file; null when it has none.</summary>
    public long? ContentBytes { get; init; }

    /// <summary>The kind that the message says its file is.</summary>
    public ContentKind Kind { get; init; }

    /// <summary>The address of its file.</summary>
    public string Content { get; init; } = "";
}
