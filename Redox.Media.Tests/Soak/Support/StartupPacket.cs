using System.Buffers.Binary;
using System.Net.Sockets;
using System.Text;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>The first message of a connection to PostgreSQL. Source: PostgreSQL, "Message Formats", StartupMessage.</summary>
internal static class StartupPacket
{
    private const int HeadBytes = 8; // the length and the version of the protocol

    /// <summary>Reads the message, without its parameter "options". Another message, such as a cancel request, is not changed.</summary>
    public static async Task<byte[]> ReadWithoutOptionsAsync(Socket client, CancellationToken cancellation)
    {
        var head = await ReadAsync(client, HeadBytes, cancellation);
        var rest = await ReadAsync(client, BinaryPrimitives.ReadInt32BigEndian(head) - HeadBytes, cancellation);
        if (BinaryPrimitives.ReadInt16BigEndian(head.AsSpan(4)) != 3)
        {
            return [.. head, .. rest];
        }

        var texts = Encoding.UTF8.GetString(rest).Split('\0');
        var kept = new StringBuilder();
        for (var i = 0; i + 1 < texts.Length && texts[i].Length > 0; i += 2)
        {
            if (texts[i] != "options")
            {
                kept.Append(texts[i]).Append('\0').Append(texts[i + 1]).Append('\0');
            }
        }

        var parameters = Encoding.UTF8.GetBytes(kept.Append('\0').ToString());
        BinaryPrimitives.WriteInt32BigEndian(head, HeadBytes + parameters.Length);
        return [.. head, .. parameters];
    }

    private static async Task<byte[]> ReadAsync(Socket client, int count, CancellationToken cancellation)
    {
        var bytes = new byte[count];
        for (var at = 0; at < count;)
        {
            var length = await client.ReceiveAsync(bytes.AsMemory(at), SocketFlags.None, cancellation);
            at += length > 0 ? length : throw new SocketException((int)SocketError.ConnectionReset);
        }

        return bytes;
    }
}
