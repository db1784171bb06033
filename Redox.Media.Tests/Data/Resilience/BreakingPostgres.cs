using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;
using Redox.Media.Tests.Support;

namespace Redox.Media.Tests.Data.Resilience;

/// <summary>
/// A server that answers the first statement of a batch with a row, and ends the session while the rest is being written.
/// </summary>
internal sealed class BreakingPostgres : IAsyncDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("breaking").FullName;
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly Random _random = new(1);

    public BreakingPostgres()
    {
        _listener.Bind(new UnixDomainSocketEndPoint(Path.Combine(_folder, ".s.PGSQL.5432")));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string ConnectionString =>
        $"Host={_folder};Username=x;Database=x;SSL Mode=Disable;Server Compatibility Mode=NoTypeLoading;Keepalive=15";

    public ValueTask DisposeAsync()
    {
        _listener.Dispose();
        Directory.Delete(_folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                _ = ServeAsync(await _listener.AcceptAsync(), _random.Next(2_000, 500_000));
            }
        }
        catch (Exception exception) when (exception is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private static async Task ServeAsync(Socket session, int bytes)
    {
        using (session)
        {
            var buffer = new byte[8192];
            await session.ReceiveAsync(buffer);
            await session.SendAsync(Started());
            for (int received, total = 0; total < bytes; total += received)
            {
                received = await session.ReceiveAsync(buffer.AsMemory(0, Math.Min(buffer.Length, bytes - total)));
                if (received == 0)
                {
                    return;
                }
            }

            await session.SendAsync(Row());
        }
    }

    private static byte[] Started() =>
    [
        .. Message('R', Int(0)), .. Message('S', [.. Text("server_version"), .. Text("15.0")]),
        .. Message('S', [.. Text("client_encoding"), .. Text("UTF8")]),
            .. Message('S', [.. Text("standard_conforming_strings"), .. Text("on")]),
        .. Message('K', [.. Int(1), .. Int(2)]), .. Message('Z', [(byte)'I']),
    ];

    // ParseComplete, BindComplete, RowDescription of one int, DataRow, CommandComplete.
    private static byte[] Row() =>
    [
        .. Message('1', []), .. Message('2', []),
        .. Message('T', [.. Short(1), .. Text("a"), .. Int(0), .. Short(0), .. Int(23), .. Short(4), .. Int(-1), .. Short(1)]),
        .. Message('D', [.. Short(1), .. Int(4), .. Int(7)]), .. Message('C', Text("SELECT 1")),
    ];

    private static byte[] Message(char code, byte[] body) => [(byte)code, .. Int(body.Length + 4), .. body];

    private static byte[] Text(string text) => [.. Encoding.UTF8.GetBytes(text), 0];

    private static byte[] Int(int value)
    {
        var bytes = new byte[4];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }

    private static byte[] Short(short value)
    {
        var bytes = new byte[2];
        BinaryPrimitives.WriteInt16BigEndian(bytes, value);
        return bytes;
    }
}
