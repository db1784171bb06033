using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.SetAside;
using Redox.Media.Core.Validation;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>The row of a set-aside delivery, and what a job writes of it. All in the caller's transaction.</summary>
internal static class SetAsideRow
{
    public static NpgsqlBatchCommand Insert(Delivery delivery, IReadOnlyList<Violation> violations)
    {
        var group = SetAsideGroupKey.Of(delivery.Meta, violations);
        return Statements.InsertSetAside.With(
            ("shard_key", Parameter.Long(delivery.Id.Shard)),
            ("delivery_id", Parameter.Uuid(delivery.Id.Value)),
            ("received_at", Parameter.Time(delivery.ReceivedAt)),
            ("group_key", Parameter.Uuid(group.Id)),
            ("source", Parameter.Text(group.Source)),
            ("data_model", Parameter.Text(group.DataModel)),
            ("event_type", Parameter.Text(group.EventType)),
            ("path", Parameter.Text(group.Path)),
            ("rule", Parameter.Text(group.Rule)));
    }

    /// <summary>Changes the state; false if the delivery is in none of the given ones.</summary>
    public static async Task<bool> SettleAsync(
        NpgsqlConnection connection, DeliveryId id, SetAsideState[] from, SetAsideState to, CancellationToken cancellation)
    {
        await using var settle = Statements.SettleSetAside.On(
            connection,
            ("shard_key", Parameter.Long(id.Shard)),
            ("delivery_id", Parameter.Uuid(id.Value)),
            ("from", Parameter.Texts(from.Select(Name))),
            ("to", Parameter.Encoded(Name(to))));
        return await settle.ExecuteNonQueryAsync(cancellation) == 1;
    }

    /// <summary>Writes that a job is done with a delivery, or why it failed; false if that is written already.</summary>
    public static async Task<bool> FinishAsync(
        NpgsqlConnection connection, SetAsideJobDelivery delivery, CancellationToken cancellation, Outcome? outcome = null,
        DeliveryId? releasedBy = null, string? failure = null)
    {
        await using var finish = Statements.FinishSetAsideJobDelivery.On(
            connection,
            ("shard_key", Parameter.Long(SetAsideGroupKey.ShardOf(delivery.Job))),
            ("job_id", Parameter.Uuid(delivery.Job)),
            ("position", Parameter.Int(delivery.Position)),
            ("state", Parameter.Encoded(failure is null ? "done" : "failed")),
            ("outcome", Parameter.Encoded(outcome?.Name())),
            ("released_by", Parameter.Uuid(releasedBy?.Value)),
            ("failure", Parameter.Text(failure)));
        return await finish.ExecuteNonQueryAsync(cancellation) == 1;
    }

    public static string Name(SetAsideState state) => state switch
    {
        SetAsideState.Open => "open",
        SetAsideState.Released => "released",
        _ => "discarded",
    };

    /// <summary>The parameters of MatchSetAside.sql.</summary>
    public static (string Name, SqlValue Value)[] Match(SetAsideSelection selection, SetAsideState state, int limit) =>
    [
        ("group_key", Parameter.Uuid(selection.Group)),
        ("shard_keys", Parameter.Longs([.. selection.Deliveries.Select(id => id.Shard)])),
        ("delivery_ids", Parameter.Uuids(selection.Deliveries.Select(id => id.Value))),
        ("state", Parameter.Encoded(Name(state))),
        ("sources", Parameter.Texts(selection.Sources)),
        ("limit", Parameter.Int(limit)),
    ];
}
