using System.Diagnostics.Metrics;
using Microsoft.Extensions.Logging;
using Npgsql;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Data.Resilience;
using Redox.Media.Data.Sql;

namespace Redox.Media.Data.Integrity;

/// <summary>Reports each integrity failure of a read: in the log, as a metric, and on the document, where staff see it.</summary>
internal sealed partial class IntegrityAlarm
{
    private readonly DatabaseResilience _resilience;
    private readonly TimeProvider _time;
    private readonly ILogger<IntegrityAlarm> _logger;
    private readonly Counter<long> _failures;

    public IntegrityAlarm(
        DatabaseResilience resilience, IMeterFactory meters, TimeProvider time, ILogger<IntegrityAlarm> logger)
    {
        (_resilience, _time, _logger) = (resilience, time, logger);
        _failures = meters.Create(DeliveryActivity.SourceName).CreateCounter<long>(
            "redox.media.integrity.failures", "{failure}", "Reads that found stored bytes damaged.");
    }

    /// <param name="document">What is read; null if it is several documents.</param>
    /// <param name="delivery">The version, or the delivery, that is read; null if it is several.</param>
    public async Task<T> WatchAsync<T>(Func<Task<T>> read, DocumentKey? document = null, DeliveryId? delivery = null)
    {
        try
        {
            return await read();
        }
        catch (IntegrityException damage)
        {
            await ReportAsync(damage);
            throw;
        }
        catch (PostgresException damage) when (
            damage.SqlState is PostgresErrorCodes.DataCorrupted or PostgresErrorCodes.IndexCorrupted)
        {
            var unreadable = new IntegrityException(IntegrityFailure.Unreadable, document, delivery, damage);
            await ReportAsync(unreadable);
            throw unreadable;
        }
    }

    /// <inheritdoc cref="WatchAsync{T}"/>
    public Task WatchAsync(Func<Task> read, DocumentKey? document = null, DeliveryId? delivery = null) => WatchAsync(
        async () =>
        {
            await read();
            return true;
        },
        document,
        delivery);

    /// <summary>Reports a failure that was found otherwise than by reading content.</summary>
    public async Task ReportAsync(IntegrityException damage)
    {
        var failure = IntegrityFailures.Name(damage.Failure);
        LogDamaged(_logger, damage.Delivery?.Value, damage.Document?.Key, failure);
        _failures.Add(1, new KeyValuePair<string, object?>("failure", failure));
        if (damage.Delivery is not { } delivery)
        {
            return;
        }

        try
        {
            await _resilience.RunAsync(
                (connection, _, token) => RecordAsync(connection, damage.Document, delivery, failure, token), CancellationToken.None);
        }
        catch (StoreUnavailableException)
        {
            // The log has it, and the next read that finds the damage records it.
        }
    }

    private async Task<bool> RecordAsync(
        NpgsqlConnection connection, DocumentKey? document, DeliveryId delivery, string failure, CancellationToken cancellation)
    {
        await using var insert = Statements.InsertIntegrityFailure.On(
            connection,
            ("shard_key", Parameter.Long(document?.Shard ?? delivery.Shard)),
            ("delivery_id", Parameter.Uuid(delivery.Value)),
            ("document_key", Parameter.Uuid(document?.Key)),
            ("failure", Parameter.Text(failure)),
            ("detected_at", Parameter.Time(_time.GetUtcNow())));
        return await insert.ExecuteNonQueryAsync(cancellation) > 0;
    }

    [LoggerMessage(
        EventId = 3401, Level = LogLevel.Error,
        Message = "The stored bytes of delivery {DeliveryId}, document {DocumentKey}, are damaged ({Failure}); they were not returned")]
    private static partial void LogDamaged(ILogger logger, Guid? deliveryId, Guid? documentKey, string failure);
}
