using Microsoft.Extensions.Options;
using Redox.Media.Api.Configuration;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Hosting;

/// <summary>Reads the bodies of both APIs within the byte budget and the size limit.</summary>
internal sealed partial class RequestBodyReader(
    BodyReader reader, IntakeBudget budget, IOptions<IntakeSettings> settings, ILogger<RequestBodyReader> logger)
{
    public long MaxBodyBytes => settings.Value.MaxBodyBytes;

    /// <param name="request">Its body is read to the end unless the result says otherwise.</param>
    /// <param name="content">The property that has the file.</param>
    /// <param name="caller">Who sends it.</param>
    public async Task<RequestBody> ReadAsync(HttpRequest request, ContentProperty content, Caller caller)
    {
        if (request.ContentLength > MaxBodyBytes)
        {
            return RequestBody.TooLarge(request.ContentLength.Value);
        }

        // A sender that disconnects ends its body, which is recorded as truncated. A token would discard what has arrived.
        using var activity = DeliveryActivity.Start("read");
        var reservation = await budget.AcquireAsync(
            caller is Caller.Engine ? null : caller.Name, request.ContentLength, settings.Value.MaxWait, CancellationToken.None);
        if (reservation is null)
        {
            LogOverloaded(logger, budget.InUse, budget.Waiting);
            return RequestBody.Overloaded;
        }

        BodyReadResult read;
        try
        {
            read = await reader.ReadAsync(request.BodyReader, content, request.ContentLength, reservation, CancellationToken.None);
        }
        catch
        {
            reservation.Dispose();
            throw;
        }

        if (read.Message is not null)
        {
            if (read.Message.Defect.HasFlag(MessageDefect.TimedOut))
            {
                request.HttpContext.Response.Headers.Connection = "close"; // the rest of the body stays unread
            }

            return new RequestBody(BodyReadStatus.Complete, read.Message, read.Message.BodyLength, reservation);
        }

        reservation.Dispose();
        if (read.Status == BodyReadStatus.TooLarge)
        {
            return RequestBody.TooLarge(MaxBodyBytes + 1);
        }

        LogOverloaded(logger, budget.InUse, budget.Waiting);
        return RequestBody.Overloaded;
    }

    [LoggerMessage(
        EventId = 1003, Level = LogLevel.Warning,
            Message = "Answered 503: the byte budget is exhausted, {InUse} bytes in use, {Waiting} requests waiting")]
    private static partial void LogOverloaded(ILogger logger, long inUse, int waiting);
}

/// <summary>A body with its share of the byte budget.</summary>
/// <param name="Status">Complete, too large, or without budget.</param>
/// <param name="Message">Null unless complete.</param>
/// <param name="Length">Bytes, as far as they are known.</param>
/// <param name="Reservation">Returned when this is disposed.</param>
internal sealed record RequestBody(BodyReadStatus Status, ParsedMessage? Message, long Length, ByteBudget.Reservation? Reservation)
    : IDisposable
{
    public static RequestBody Overloaded { get; } = new(BodyReadStatus.BudgetExhausted, null, 0, null);

    public static RequestBody TooLarge(long length) => new(BodyReadStatus.TooLarge, null, length, null);

    public void Dispose()
    {
        Message?.Dispose();
        Reservation?.Dispose();
    }
}
