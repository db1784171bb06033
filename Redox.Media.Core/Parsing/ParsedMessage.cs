using System.Text.Json;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// One body as it was received: the envelope, which is small, and the content of its file; together they give the body back exactly.
/// Everything is in pooled memory: nothing taken from it may be used after disposal.
/// </summary>
public sealed partial class ParsedMessage : IDisposable
{
    /// <summary>What the violation of a body with <see cref="HasBlankInLine"/> says.</summary>
    public const string BlankInLine = "white space is inside a line, where a plus sign may have been lost";

    // The time of JsonDocument.Parse grows with the square of the depth: minutes for an envelope that consists of brackets.
    private const MessageDefect NotParsed =
        MessageDefect.NotJson | MessageDefect.EnvelopeTooLarge | MessageDefect.Truncated | MessageDefect.TooDeep;

    private readonly Parts _parts;
    private JsonDocument? _json;
    private volatile bool _isAbandoned;

    internal ParsedMessage(Parts parts) => _parts = parts;

    /// <summary>The UTF-8 byte order mark. JSON forbids it, senders write it, so it is passed over.</summary>
    internal static ReadOnlySpan<byte> Mark => [0xEF, 0xBB, 0xBF];

    public MessageDefect Defect => _parts.Defect;

    /// <summary>Bytes into the body at which it ceased to be JSON; null when it did not.</summary>
    public long? DefectPosition => _parts.DefectPosition;

    /// <summary>
    /// The JSON as sent, without byte order mark and with the file's string emptied to "". After <see cref="MessageDefect.NotJson"/> or
    /// <see cref="MessageDefect.EnvelopeTooLarge"/> it has the JSON before the defect, which is incomplete.
    /// </summary>
    public ReadOnlyMemory<byte> Envelope => _parts.Envelope.WrittenMemory;

    /// <summary>The root of the envelope's JSON, parsed once; undefined when it is not whole JSON, or nested too deeply.</summary>
    public JsonElement Root => (Defect & NotParsed) != 0
        ? default
        : (_json ??= JsonDocument.Parse(Envelope, JsonText.DocumentOptions)).RootElement;

    public FileEncoding File => _parts.FileEncoding;

    /// <summary>
    /// True when the content is base64 without the padding that its length requires. Some senders omit it; FHIR R4 does not allow that.
    /// </summary>
    public bool LacksPadding => File == FileEncoding.Base64 && _parts.File!.LacksPadding;

    /// <summary>
    /// True when the file is undecodable because white space is inside a line of its base64: a form decoder turns a plus sign into a blank.
    /// </summary>
    public bool HasBlankInLine => File == FileEncoding.Undecodable && _parts.File!.HasBlankInLine;

    /// <summary>The decoded file; null unless it is <see cref="FileEncoding.Base64"/>.</summary>
    public PooledBytes? Content => File == FileEncoding.Base64 ? _parts.File!.Content : null;

    /// <summary>The SHA-256 of the content, 32 bytes; empty unless the file is <see cref="FileEncoding.Base64"/>.</summary>
    public ReadOnlyMemory<byte> ContentSha256 => _parts.File?.ContentSha256 ?? ReadOnlyMemory<byte>.Empty;

    /// <summary>
    /// The XXH3 of the content, 64 bits, which takes a tenth of the time of its SHA-256; null unless the file is
    /// <see cref="FileEncoding.Base64"/>.
    /// </summary>
    public long? ContentChecksum => File == FileEncoding.Base64 ? _parts.File!.ContentChecksum : null;

    /// <summary>Bytes of the body as it was sent.</summary>
    public long BodyLength => _parts.BodyLength;

    /// <summary>The body again, byte for byte as received. Seekable; made up as it is read, for as long as this is not disposed.</summary>
    public Stream OpenRaw() => _parts.OpenRaw();

    /// <summary>
    /// Leaves the memory to the garbage collector instead of the pool, whenever this is disposed: a call that did not end in time may
    /// still read it, and must never read the data of another request.
    /// </summary>
    public void Abandon() => _isAbandoned = true;

    /// <summary>Clears and returns all memory, unless it was abandoned.</summary>
    public void Dispose()
    {
        if (!_isAbandoned)
        {
            _json?.Dispose();
            _parts.Dispose();
        }
    }
}
