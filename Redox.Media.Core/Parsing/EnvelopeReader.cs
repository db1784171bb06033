using System.Text.Json;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Reads the JSON of an envelope as it grows and stops before the value of the content property, so that the value is never in
/// the buffer: an empty string is spliced in, and the reader continues after it.
/// </summary>
internal sealed class EnvelopeReader(ContentProperty path, int maxDepth)
{
    // The depth is checked here: a reader with a limit would report deep JSON as invalid JSON.
    private JsonReaderState _state = new(JsonText.ReaderOptions);
    private readonly JsonPathTracker _path = new(path);
    private readonly JsonPathTracker? _otherPath = path.Other is { } other ? new JsonPathTracker(other) : null;
    private bool _fileSeen;

    /// <summary>Bytes of the envelope that are understood.</summary>
    public int Position { get; private set; }

    public bool TooDeep { get; private set; }

    public bool FileRepeated { get; private set; }

    /// <summary>Reads to the end of the envelope. Returns true once, when the position is after the colon of the content property.</summary>
    /// <exception cref="JsonException">The envelope is not JSON, or, being final, not all of it.</exception>
    public bool Read(ReadOnlySpan<byte> envelope, bool final)
    {
        var reader = new Utf8JsonReader(envelope[Position..], final, _state);
        var found = false;
        while (!found && reader.Read())
        {
            found = Follow(ref reader);
        }

        Position += (int)reader.BytesConsumed;
        _state = reader.CurrentState;
        return found;
    }

    /// <summary>Where in the envelope the reader broke off.</summary>
    public int BreakOffset(ReadOnlySpan<byte> envelope, JsonException broken)
    {
        // The reader counts lines from the start, by line feeds only.
        var lineStart = 0;
        for (var line = broken.LineNumber ?? 0; line > 0; line--)
        {
            lineStart += envelope[lineStart..].IndexOf((byte)'\n') + 1;
        }

        return (int)Math.Clamp(lineStart + (broken.BytePositionInLine ?? 0), Position, envelope.Length);
    }

    private bool Follow(ref Utf8JsonReader reader)
    {
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            TooDeep |= reader.CurrentDepth >= maxDepth;
        }

        var found = _path.Follow(ref reader) | (_otherPath?.Follow(ref reader) ?? false);
        if (!found)
        {
            return false;
        }

        FileRepeated |= _fileSeen;
        var first = !_fileSeen;
        _fileSeen = true;
        return first;
    }
}
