using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Stores;

/// <summary>Applies events that touch different documents in one transaction and one round trip.</summary>
internal sealed class EventWriter(NpgsqlDataSource database, DatabaseResilience resilience)
{
    /// <summary>Returns the outcomes in the order of the events. Either all of them are committed or none is.</summary>
    public Task<Outcome[]> WriteAsync(IReadOnlyList<DocumentEvent> events, CancellationToken cancellation) =>
        resilience.RunAsync(
            async token =>
            {
                await using var connection = await database.OpenConnectionAsync(token);
                return await WriteOnceAsync(connection, events, token);
            },
            cancellation);

    // The commands of a batch are one transaction, which commits at its end.
    private static async Task<Outcome[]> WriteOnceAsync(NpgsqlConnection connection, IReadOnlyList<DocumentEvent> events, CancellationToken cancellation)
    {
        await using var batch = new NpgsqlBatch(connection);
        batch.BatchCommands.Add(Statements.LockDocuments.With(("shard_keys", Parameter.Longs(Shards(events)))));
        batch.BatchCommands.Add(EventRows.Apply(events));
        foreach (var e in events)
        {
            foreach (var slice in EventRows.Slices(e))
            {
                batch.BatchCommands.Add(slice);
            }
        }

        await using var reader = await batch.ExecuteReaderAsync(cancellation);
        while (await reader.ReadAsync(cancellation))
        {
            // the locks
        }

        await reader.NextResultAsync(cancellation);
        var outcomes = new Outcome[events.Count];
        while (await reader.ReadAsync(cancellation))
        {
            outcomes[Place(events, reader.GetGuid(0))] = OutcomeNames.Parse(reader.GetString(1));
        }

        while (await reader.NextResultAsync(cancellation))
        {
            // the slices, and with the last of them the commit
        }

        return outcomes;
    }

    private static long[] Shards(IReadOnlyList<DocumentEvent> events)
    {
        var shards = new List<long>(events.Count + 1);
        foreach (var e in events)
        {
            shards.Add(e.Document.Shard);
            if (e.Original is { } original)
            {
                shards.Add(original.Shard);
            }
        }

        shards.Sort();
        return [.. shards];
    }

    private static int Place(IReadOnlyList<DocumentEvent> events, Guid id)
    {
        for (var place = 0; place < events.Count; place++)
        {
            if (events[place].Delivery.Id.Value == id)
            {
                return place;
            }
        }

        throw new InvalidDataException("An outcome belongs to no event.");
    }
}
