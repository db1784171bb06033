using Npgsql;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Data.Stores;

/// <summary>
/// Reads one column at a time into a pooled buffer, which is cleared before it is returned because it contained patient data.
/// </summary>
internal sealed class ColumnBuffer : IDisposable
{
    private byte[] _bytes = System.Buffers.ArrayPool<byte>.Shared.Rent(PooledBytes.SliceBytes);
    private int _length;

    public ReadOnlyMemory<byte> Bytes => _bytes.AsMemory(0, _length);

    public async Task ReadAsync(NpgsqlDataReader reader, int column, CancellationToken cancellation)
    {
        await using var stream = await reader.GetStreamAsync(column, cancellation);
        var length = (int)stream.Length;
        if (length > _bytes.Length)
        {
            Dispose();
            _bytes = System.Buffers.ArrayPool<byte>.Shared.Rent(length);
        }

        await stream.ReadExactlyAsync(_bytes.AsMemory(0, length), cancellation);
        _length = length;
    }

    public void Dispose() => System.Buffers.ArrayPool<byte>.Shared.Return(_bytes, clearArray: true);
}
