using System.IO.Pipelines;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Deliveries;

/// <summary>Reads the stored body of a delivery back into memory, within the byte budget.</summary>
public sealed class StoredBodyReader(IDocumentStore store, BodyReader reader, IntakeBudget budget)
{
    /// <summary>Longest wait for memory: a person waits for the response.</summary>
    private static readonly TimeSpan BudgetTimeout = TimeSpan.FromSeconds(20);

    /// <param name="delivery">A delivery whose body is stored.</param>
    /// <param name="staff">The member of staff whose share of the budget it counts against.</param>
    /// <param name="cancellation">Ends the wait and the read.</param>
    /// <exception cref="StoreUnavailableException">The database is unavailable.</exception>
    /// <exception cref="IntegrityException">The stored body is damaged.</exception>
    public async Task<StoredBody> ReadAsync(SetAsideDelivery delivery, Caller.Staff staff, CancellationToken cancellation)
    {
        if (await budget.AcquireAsync(staff.Name, delivery.BodyBytes, BudgetTimeout, cancellation) is not { } reservation)
        {
            return new StoredBody(null, null);
        }

        try
        {
            return new StoredBody(await ReadAsync(delivery, reservation, cancellation), reservation);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }
    }

    // Copying and reading run at the same time: a pipe buffers little, a body may be large.
    private async Task<BodyReadResult> ReadAsync(
        SetAsideDelivery delivery, ByteBudget.Reservation reservation, CancellationToken cancellation)
    {
        var pipe = new Pipe();
        var copying = store.CopyBodyAsync(delivery, pipe.Writer, cancellation);
        BodyReadResult result;
        try
        {
            result = await reader.ReadAsync(pipe.Reader, ContentProperty.Media, delivery.BodyBytes, reservation, cancellation);
        }
        catch
        {
            await pipe.Reader.CompleteAsync();
            await copying; // its error is the cause
            throw;
        }

        await pipe.Reader.CompleteAsync(); // which also ends the copying
        try
        {
            await copying;
            return result;
        }
        catch
        {
            result.Message?.Dispose();
            throw;
        }
    }
}

/// <summary>The body of a delivery in memory, until it is disposed.</summary>
public sealed class StoredBody : IDisposable
{
    private readonly ByteBudget.Reservation? _reservation;

    internal StoredBody(BodyReadResult? read, ByteBudget.Reservation? reservation)
    {
        (Message, IsTooLarge) = (read?.Message, read?.Status == BodyReadStatus.TooLarge);
        _reservation = reservation;
    }

    /// <summary>Null when there is no memory for it, for good if it is too large.</summary>
    public ParsedMessage? Message { get; }

    /// <summary>Whether it is larger than a body may be now.</summary>
    public bool IsTooLarge { get; }

    public void Dispose()
    {
        Message?.Dispose();
        _reservation?.Dispose();
    }
}
