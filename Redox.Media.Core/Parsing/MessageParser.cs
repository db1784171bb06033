namespace Redox.Media.Core.Parsing;

/// <summary>A body on its way in, taken apart into envelope, file and what could not be understood.</summary>
internal sealed partial class MessageParser(BodyLimits limits, ContentProperty path, SlicePool pool) : IDisposable
{
    private readonly EnvelopeReader _parser = new(path, limits.MaxDepth);
    private ParsedMessage.Parts? _parts = new(pool, limits.MaxEnvelopeBytes);
    private Stage _stage;

    private enum Stage
    {
        Mark,
        Json,
        BeforeFile,
        File,
        Rest,
    }

    public long BodyLength => Own.BodyLength;

    /// <summary>Rented bytes.</summary>
    public long HeldBytes => Own.HeldBytes;

    private ParsedMessage.Parts Own => _parts ?? throw new InvalidOperationException("The message has been handed over.");

    public void Feed(ReadOnlySpan<byte> input)
    {
        Own.BodyLength += input.Length;
        Take(input);
    }

    /// <summary>The body has ended. Hands over everything that is held.</summary>
    /// <param name="missing">Why the body is not complete; none when it is.</param>
    public ParsedMessage Finish(MessageDefect missing)
    {
        var parts = Own;
        if (_stage == Stage.Mark)
        {
            LeaveMark();
        }

        while (_stage is Stage.Json or Stage.BeforeFile && Parse(final: true))
        {
        }

        if (_stage == Stage.File)
        {
            BreakInFile();
        }

        parts.Defect |= missing
            | (_parser.TooDeep ? MessageDefect.TooDeep : 0)
            | (_parser.FileRepeated ? MessageDefect.RepeatedFile : 0)
            | (Utf8Check.IsValid(parts) ? 0 : MessageDefect.NotUtf8);
        _parts = null;
        return new ParsedMessage(parts);
    }

    public void Dispose() => _parts?.Dispose();

    private void Take(ReadOnlySpan<byte> input)
    {
        while (!input.IsEmpty)
        {
            var taken = _stage switch
            {
                Stage.Mark => TakeMark(input[0]),
                Stage.Json => TakeJson(input),
                Stage.BeforeFile => TakeBeforeFile(input[0]),
                Stage.File => TakeFile(input),
                _ => TakeRest(input),
            };
            input = input[taken..];
        }
    }

    private int TakeMark(byte next)
    {
        if (next != ParsedMessage.Mark[Own.MarkLength])
        {
            LeaveMark();
            return 0;
        }

        if (++Own.MarkLength == ParsedMessage.Mark.Length)
        {
            _stage = Stage.Json;
        }

        return 1;
    }

    /// <summary>What began like a byte order mark and is none belongs to the JSON, which it breaks.</summary>
    private void LeaveMark()
    {
        var begun = ParsedMessage.Mark[..Own.MarkLength];
        Own.MarkLength = 0;
        _stage = Stage.Json;
        Take(begun);
    }

    /// <summary>Between the colon and the value: the value decides who reads it.</summary>
    private int TakeBeforeFile(byte next)
    {
        var envelope = Own.Envelope;
        if (next is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n' or (byte)'"') || envelope.Room == 0)
        {
            _stage = Stage.Json;
            return 0;
        }

        envelope.Append([next]);
        if (next == '"')
        {
            Own.BeginFile();
            _stage = Stage.File;
        }

        return 1;
    }

    private int TakeFile(ReadOnlySpan<byte> input)
    {
        var file = Own.File!;
        var taken = file.Take(input);
        if (file.IsBroken)
        {
            BreakInFile();
        }
        else if (file.IsEnded)
        {
            Own.KeepReference();
            _stage = Stage.Json;
        }

        return taken;
    }

    private int TakeRest(ReadOnlySpan<byte> input)
    {
        Own.Rest.Append(input);
        return input.Length;
    }

    private void BreakInFile()
    {
        Own.File!.Abandon();
        BreakAt(Own.Envelope.Length);
    }

    private void Break(MessageDefect defect)
    {
        Own.Defect |= defect;
        _stage = Stage.Rest;
    }
}
