using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Queries;

/// <summary>
/// Writes the items of <c>QueryResponse.Media[]</c> as the store reads them: each has exactly the members of the reference example, in
/// its order; texts and dates are copied byte for byte; the content is encoded slice by slice.
/// </summary>
internal sealed class QueryResponseWriter(Utf8JsonWriter writer, ResponseBuffer buffer) : IVersionWriter, IDisposable
{
    /// <summary>Bytes of content that are encoded at a time: the writer requests room for a whole segment.</summary>
    private const int SegmentBytes = 48 * 1024;

    private byte[] _envelope = [];
    private JsonDocument? _document;
    private VersionContent _content;

    public ValueTask BeginAsync(ReadOnlyMemory<byte> envelope, VersionContent content, CancellationToken cancellation)
    {
        _content = content;
        _envelope = ArrayPool<byte>.Shared.Rent(envelope.Length);
        envelope.CopyTo(_envelope);
        _document = JsonDocument.Parse(_envelope.AsMemory(0, envelope.Length), JsonText.DocumentOptions);
        WriteUntilFile(_document.RootElement);
        return default;
    }

    public async ValueTask SliceAsync(ReadOnlyMemory<byte> slice, CancellationToken cancellation)
    {
        while (!slice.IsEmpty)
        {
            var segment = slice[..Math.Min(SegmentBytes, slice.Length)];
            writer.WriteBase64StringSegment(segment.Span, isFinalSegment: false);
            slice = slice[segment.Length..];
            await FlushWhenFullAsync(cancellation);
        }
    }

    public ValueTask EndAsync(CancellationToken cancellation)
    {
        if (_content == VersionContent.Follows)
        {
            writer.WriteBase64StringSegment([], isFinalSegment: true);
        }

        WriteAfterFile(_document!.RootElement);
        Release();
        return FlushWhenFullAsync(cancellation);
    }

    public void Dispose() => Release();

    private void WriteUntilFile(JsonElement message)
    {
        var media = JsonText.Member(message, "Media"u8) ?? default;
        writer.WriteStartObject();
        writer.WriteStartObject("Patient"u8);
        writer.WriteStartArray("Identifiers"u8);
        foreach (var identifier in JsonText.Elements(JsonText.Member(message, "Patient"u8) ?? default, "Identifiers"u8))
        {
            writer.WriteStartObject();
            RawJson.CopyText(writer, identifier, "ID"u8);
            RawJson.CopyText(writer, identifier, "IDType"u8);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
        writer.WriteStartObject("Visit"u8);
        RawJson.CopyText(writer, JsonText.Member(message, "Visit"u8) ?? default, "VisitNumber"u8);
        writer.WriteEndObject();
        RawJson.CopyText(writer, media, "FileType"u8);
        RawJson.CopyText(writer, media, "FileName"u8);
        writer.WritePropertyName("FileContents"u8);
        if (_content == VersionContent.None)
        {
            WriteReferenceOrNull(media);
        }
        else if (_content == VersionContent.LeftOut)
        {
            writer.WriteNullValue();
        }
    }

    private void WriteAfterFile(JsonElement message)
    {
        var media = JsonText.Member(message, "Media"u8) ?? default;
        RawJson.CopyText(writer, media, "DocumentType"u8);
        RawJson.CopyText(writer, media, "DocumentID"u8);
        RawJson.CopyText(writer, media, "DocumentDescription"u8);
        RawJson.CopyText(writer, media, "CreationDateTime"u8);
        RawJson.CopyText(writer, media, "ServiceDateTime"u8);
        writer.WriteEndObject();
    }

    // The URI of an external file is in the envelope, also when the file has been fetched meanwhile.
    private void WriteReferenceOrNull(JsonElement media)
    {
        if (JsonText.Member(media, "FileContents"u8) is { ValueKind: JsonValueKind.String } uri
            && JsonMarshal.GetRawUtf8Value(uri) is not [_, _])
        {
            writer.WriteRawValue(JsonMarshal.GetRawUtf8Value(uri), skipInputValidation: true);
        }
        else
        {
            writer.WriteNullValue();
        }
    }

    private ValueTask FlushWhenFullAsync(CancellationToken cancellation)
    {
        writer.Flush();
        return buffer.Written >= ResponseBuffer.FlushBytes ? buffer.FlushAsync(cancellation) : default;
    }

    private void Release()
    {
        _document?.Dispose();
        _document = null;
        if (_envelope.Length > 0)
        {
            ArrayPool<byte>.Shared.Return(_envelope, clearArray: true);
            _envelope = [];
        }
    }
}
