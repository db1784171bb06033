namespace Redox.Media.Core.Parsing;

/// <summary>The escapes of a JSON string, byte by byte, wherever the body is cut.</summary>
internal sealed class JsonEscape
{
    private const int UnicodeDigits = 4;

    private State _state;
    private int _digits;
    private int _unit;

    private enum State
    {
        Closed,
        AfterBackslash,
        InUnicode,
    }

    /// <summary>Whether a backslash waits for what follows it.</summary>
    public bool IsOpen => _state != State.Closed;

    /// <summary>Whether this byte may follow in the open escape.</summary>
    public bool Accepts(byte next) => _state == State.AfterBackslash
        ? next == 'u' || JsonText.Unescape(next) >= 0
        : char.IsAsciiHexDigit((char)next);

    /// <summary>Takes an acceptable byte; returns the character, or UTF-16 unit, that is complete with it.</summary>
    public char? Take(byte next)
    {
        switch (_state)
        {
            case State.Closed when next == '\\':
                _state = State.AfterBackslash;
                return null;
            case State.Closed:
                return (char)next;
            case State.AfterBackslash when next == 'u':
                _state = State.InUnicode;
                _digits = _unit = 0;
                return null;
            case State.AfterBackslash:
                _state = State.Closed;
                return (char)JsonText.Unescape(next);
            default:
                _unit = (_unit << 4) | Convert.FromHexString([(char)'0', (char)next])[0];
                if (++_digits < UnicodeDigits)
                {
                    return null;
                }

                _state = State.Closed;
                return (char)_unit;
        }
    }
}
