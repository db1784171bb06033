using System.Buffers;
using System.IO.Hashing;
using System.Security.Cryptography;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Uploads;

/// <summary>How the reading of a file ended.</summary>
public enum UploadReadStatus
{
    Complete,

    /// <summary>It is larger than a file may be; its rest was not read.</summary>
    TooLarge,

    /// <summary>There was no memory for it; its rest was not read.</summary>
    Overloaded,

    /// <summary>It did not arrive in its time.</summary>
    TooSlow,
}

/// <summary>Reads files as they arrive into pooled slices, within the byte budget of all bodies and the share of their client.</summary>
public sealed class UploadReader(IntakeBudget budget, UploadLimits limits, TimeProvider time)
{
    private const int StepBytes = 16 * 1024;

    /// <param name="file">The file, or the part of a body that has it.</param>
    /// <param name="bodyLength">Bytes of the whole body; null when unknown.</param>
    /// <param name="client">The client that it counts for in the budget.</param>
    /// <exception cref="IOException">The sender disconnected.</exception>
    public async Task<ReadFile> ReadAsync(Stream file, long? bodyLength, string client)
    {
        var reservation = await budget.AcquireAsync(client, bodyLength, limits.MaxWait, CancellationToken.None);
        if (reservation is null)
        {
            return new ReadFile(UploadReadStatus.Overloaded);
        }

        var content = new PooledBytes();
        var status = UploadReadStatus.Overloaded;
        try
        {
            status = await ReadAsync(file, bodyLength, content, reservation);
        }
        finally
        {
            if (status != UploadReadStatus.Complete)
            {
                content.Dispose();
                reservation.Dispose();
            }
        }

        return status == UploadReadStatus.Complete
            ? new ReadFile(status) { Content = content, Reservation = reservation }
            : new ReadFile(status);
    }

    // The time for a body of unknown length grows with what has arrived. Waits for the budget do not count.
    private async Task<UploadReadStatus> ReadAsync(
        Stream file, long? bodyLength, PooledBytes content, ByteBudget.Reservation reservation)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(StepBytes);
        var (begun, waited) = (time.GetTimestamp(), TimeSpan.Zero);
        using var deadline = new CancellationTokenSource(Timeout.InfiniteTimeSpan, time);
        try
        {
            while (true)
            {
                var allowed = limits.BodyTimeout + TimeSpan.FromSeconds((bodyLength ?? content.Length) / (double)limits.MinBytesPerSecond);
                var left = allowed + waited - time.GetElapsedTime(begun);
                deadline.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
                var count = await file.ReadAsync(buffer.AsMemory(0, StepBytes), deadline.Token);
                if (count == 0)
                {
                    return UploadReadStatus.Complete;
                }

                if (content.Length + count > limits.MaxFileBytes)
                {
                    return UploadReadStatus.TooLarge;
                }

                content.Append(buffer.AsSpan(0, count));
                var since = time.GetTimestamp();
                var uncovered = content.HeldBytes - reservation.Bytes;
                if (uncovered > 0 && !await reservation.GrowAsync(
                    uncovered, (bodyLength ?? content.Length * 2) - content.Length, CancellationToken.None))
                {
                    return UploadReadStatus.Overloaded;
                }

                waited += time.GetElapsedTime(since);
            }
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return UploadReadStatus.TooSlow;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}

/// <summary>A file in memory, until it is disposed.</summary>
public sealed record ReadFile(UploadReadStatus Status) : IDisposable
{
    private volatile bool _isAbandoned;

    /// <summary>Null unless complete.</summary>
    public PooledBytes? Content { get; init; }

    public ByteBudget.Reservation? Reservation { get; init; }

    /// <summary>The file under a new ID.</summary>
    /// <param name="client"><see cref="UploadedFile.Client"/>.</param>
    public UploadedFile ToUpload(string client)
    {
        using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        var checksum = new XxHash3();
        for (var i = 0; i < Content!.SliceCount; i++)
        {
            sha256.AppendData(Content.Slice(i).Span);
            checksum.Append(Content.Slice(i).Span);
        }

        return new UploadedFile(
            Guid.NewGuid(), client, Content.Length, (long)checksum.GetCurrentHashAsUInt64(), sha256.GetHashAndReset());
    }

    /// <summary>
    /// Leaves the memory to the garbage collector instead of the pool: a call that did not end in time may still send it, and must never
    /// send the data of another request.
    /// </summary>
    public void Abandon() => _isAbandoned = true;

    public void Dispose()
    {
        if (!_isAbandoned)
        {
            Content?.Dispose();
        }

        Reservation?.Dispose();
    }
}
