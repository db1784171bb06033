using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Documents;

/// <summary>
/// What makes two messages the same: the event, the message without its <c>Meta</c> (the attempt ID in it changes from try to try)
/// and the content. White space between tokens does not count; everything else does, as it was received.
/// </summary>
public static class Fingerprint
{
    public const int Length = SHA256.HashSizeInBytes;

    /// <param name="eventName">The event by its canonical name, which is part of the fingerprint although it is in Meta.</param>
    /// <param name="envelope">Valid JSON, an object.</param>
    /// <param name="contentSha256">32 bytes, or none when there is no content.</param>
    public static byte[] Of(string eventName, ReadOnlySpan<byte> envelope, ReadOnlySpan<byte> contentSha256)
    {
        // Every token takes its own bytes and five more; a token has at least one byte of its own.
        var buffer = ArrayPool<byte>.Shared.Rent((envelope.Length * 6) + eventName.Length + contentSha256.Length + 16);
        try
        {
            var at = System.Text.Encoding.UTF8.GetBytes(eventName, buffer);
            buffer[at++] = 0;
            contentSha256.CopyTo(buffer.AsSpan(at));
            at += contentSha256.Length;
            var reader = new Utf8JsonReader(envelope, JsonText.ReaderOptions);
            while (reader.Read())
            {
                if (reader.CurrentDepth == 1 && reader.TokenType == JsonTokenType.PropertyName && JsonText.Is(reader, "Meta"u8))
                {
                    reader.Skip();
                    continue;
                }

                buffer[at++] = (byte)reader.TokenType;
                BinaryPrimitives.WriteInt32LittleEndian(buffer.AsSpan(at), reader.ValueSpan.Length);
                at += sizeof(int);
                reader.ValueSpan.CopyTo(buffer.AsSpan(at));
                at += reader.ValueSpan.Length;
            }

            return SHA256.HashData(buffer.AsSpan(0, at));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer, clearArray: true);
        }
    }
}
