using System.Diagnostics.CodeAnalysis;

namespace Redox.Media.Core.Parsing;

/// <summary>
/// Decodes the JSON string of the content, from after its opening quote to before its closing one. Besides the content it stores only what
/// encoding the content again would not give back.
/// </summary>
/// <remarks>
/// Up to the first character that an encoder would not have written (white space, an escape, wrong padding) the decoded bytes are all that
/// is stored; from the group of that character on, the text is stored as well. If the text is not base64, only the text is stored from
/// there. White space is legal next to a line break and at both ends of the text. Inside a line it is not: a form decoder turns a plus sign
/// into a blank, and without it the content would be shorter and wrong.
/// </remarks>
internal sealed class FileContentsDecoder(SlicePool pool) : IDisposable
{
    /// <summary>Longest URI, in bytes as sent. Redox's have about 50; 8 KiB is a common limit of servers for a request line.</summary>
    private const int MaxReferenceBytes = 8 * 1024;

    private readonly Base64Decoder _content = new(pool);
    private readonly JsonEscape _escape = new();
    private long _canonicalBytes;
    private bool _undecodable;

    /// <summary>Whether only white space has followed the beginning of the text or its last line break.</summary>
    private bool _isAtLineStart = true;

    /// <summary>Whether white space follows a character of the same line: legal only if the line or the text ends with it.</summary>
    private bool _isAfterBlank;

    /// <summary>Whether the next byte is the closing quote.</summary>
    public bool IsEnded { get; private set; }

    /// <summary>Whether the next byte is not allowed in a JSON string.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>Bytes of the text so far, as sent.</summary>
    public long Length { get; private set; }

    public FileEncoding Form { get; private set; } = FileEncoding.Undecodable;

    /// <summary>The decoded bytes; of an undecodable text the beginning, as far as encoding it gives the text back.</summary>
    public PooledBytes Content => _content.Bytes;

    /// <summary>True for base64 without the padding that its length requires.</summary>
    public bool LacksPadding => _content.LacksPadding;

    /// <summary>True for a text that is no base64 because white space is inside one of its lines.</summary>
    public bool HasBlankInLine { get; private set; }

    public byte[] ContentSha256 { get; private set; } = [];

    public long ContentChecksum { get; private set; }

    /// <summary>Bytes at the beginning of the content whose canonical encoding equals the text.</summary>
    public long CanonicalBytes => Verbatim is null ? Content.Length : _canonicalBytes;

    /// <summary>The text that follows the canonical bytes, as sent; null when there is none.</summary>
    public PooledBytes? Verbatim { get; private set; }

    public long HeldBytes => Content.HeldBytes + (Verbatim?.HeldBytes ?? 0);

    /// <summary>Takes what belongs to the text; returns how much that was. Less than all only when the text is ended or broken.</summary>
    public int Take(ReadOnlySpan<byte> input)
    {
        var at = 0;
        while (at < input.Length)
        {
            var run = _escape.IsOpen ? 0 : Base64Chars.Run(input[at..], anything: _undecodable);
            if (run > 0)
            {
                TakePlain(input.Slice(at, run));
                at += run;
            }
            else if (TakeOne(input[at]))
            {
                at++;
            }
            else
            {
                break;
            }
        }

        Length += at;
        if (IsEnded)
        {
            End();
        }

        return at;
    }

    /// <summary>Stores the rest as text, because the body has ended or is not JSON from here on.</summary>
    public void Abandon() => GiveUp();

    /// <summary>A whole text that was sent, at most <see cref="MaxReferenceBytes"/> long.</summary>
    public byte[] ToText()
    {
        var text = new byte[Length];
        using var stream = new PartStream(Verbatim is null ? [Canonical()] : [Canonical(), new PooledPart(Verbatim)]);
        stream.ReadExactly(text);
        return text;
    }

    public Base64Part Canonical() => new(Content, CanonicalBytes);

    public void Dispose()
    {
        _content.Dispose();
        Verbatim?.Dispose();
    }

    private void TakePlain(ReadOnlySpan<byte> run)
    {
        if (!_undecodable && !(MayContinueLine() && _content.TryAppend(run)))
        {
            GiveUp();
        }

        Verbatim?.Append(run);
    }

    private bool TakeOne(byte next)
    {
        if (!_escape.IsOpen && next == '"')
        {
            IsEnded = true;
            return false;
        }

        if (next < 0x20 || (_escape.IsOpen && !_escape.Accepts(next)))
        {
            IsBroken = true;
            return false;
        }

        if (!_escape.IsOpen && next == '=' && !_undecodable && !_isAfterBlank && _content.TryPad())
        {
            _isAtLineStart = false;
            Verbatim?.Append([next]);
            return true;
        }

        KeepVerbatim();
        Verbatim.Append([next]);
        if (_escape.Take(next) is { } character)
        {
            Mean(character);
        }

        return true;
    }

    /// <summary>Takes an unescaped character, or one that is neither base64 nor padding in its place.</summary>
    private void Mean(char character)
    {
        var taken = _undecodable || character switch
        {
            '\n' or '\r' => BreakLine(),
            ' ' or '\t' or '\f' => TakeBlank(),
            '=' => MayContinueLine() && _content.TryPad(),
            _ => Base64Chars.InAlphabet(character) && MayContinueLine() && _content.TryAppend([(byte)character]),
        };
        if (!taken)
        {
            GiveUp();
        }
    }

    private bool BreakLine()
    {
        _isAtLineStart = true;
        _isAfterBlank = false;
        return true;
    }

    private bool TakeBlank()
    {
        _isAfterBlank = !_isAtLineStart;
        return true;
    }

    // Called before each character or run that is not white space.
    private bool MayContinueLine()
    {
        _isAtLineStart = false;
        HasBlankInLine = _isAfterBlank;
        return !_isAfterBlank;
    }

    private void End()
    {
        if (!_undecodable && !_content.EndsCanonically)
        {
            KeepVerbatim();
        }

        if (!_undecodable && _content.TryEnd())
        {
            (ContentSha256, ContentChecksum) = _content.Hash();
            Form = FileEncoding.Base64;
            return;
        }

        GiveUp();
        if (Length <= MaxReferenceBytes && ToText() is var text
            && (JsonText.StartsWithIgnoringCase(text, "https://"u8) || JsonText.StartsWithIgnoringCase(text, "http://"u8)))
        {
            Form = FileEncoding.Reference;
        }
    }

    private void GiveUp()
    {
        KeepVerbatim();
        _undecodable = true;
        Content.Truncate(_canonicalBytes);
    }

    [MemberNotNull(nameof(Verbatim))]
    private void KeepVerbatim()
    {
        if (Verbatim is null)
        {
            _canonicalBytes = Content.Length;
            Verbatim = new PooledBytes(pool);
            Verbatim.Append(_content.Pending);
        }
    }
}
