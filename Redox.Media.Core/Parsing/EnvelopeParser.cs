using System.Text.Json;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Follows the JSON of an envelope as it grows and stops before the value of the file's member, so that the value need never lie in
/// the buffer: an empty string is spliced in, and the reader goes on as if that had been sent.
/// </summary>
internal sealed class EnvelopeParser(ContentProperty path, int maxDepth)
{
    // The depth is judged here; a reader that gave up on it would make deep JSON look like no JSON.
    private JsonReaderState _state = new(JsonText.ReaderOptions);
    private readonly JsonPathTracker _path = new(path);
    private readonly JsonPathTracker? _otherPath = path.Other is { } other ? new JsonPathTracker(other) : null;
    private bool _fileSeen;

    /// <summary>Bytes of the envelope that are understood.</summary>
    public int Position { get; private set; }

    public bool TooDeep { get; private set; }

    public bool FileRepeated { get; private set; }

    /// <summary>Reads on as far as the envelope goes. Returns true when it stands after the colon of the file's member, once.</summary>
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
        // The reader counts lines from the very beginning, by line feeds alone.
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
