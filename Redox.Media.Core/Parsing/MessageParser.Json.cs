using System.Text.Json;

namespace Redox.Media.Core.Parsing;

internal sealed partial class MessageParser
{
    /// <summary>
    /// Bytes put into the envelope at a time. What a step carries beyond the file's opening quote is copied once more, so it is small;
    /// parsing begins anew with each step, so it is not tiny.
    /// </summary>
    private const int StepBytes = 4 * 1024;

    /// <summary>Unread bytes from which on parsing is tried again.</summary>
    private int _nextAttempt = 1;

    /// <summary>How long the envelope was when parsing was last tried.</summary>
    private int _lastAttempt = -1;

    /// <summary>How often parsing was tried; the rule about unfinished tokens limits it.</summary>
    internal int ParseAttempts { get; private set; }

    private int TakeJson(ReadOnlySpan<byte> input)
    {
        var envelope = Own.Envelope;
        if (envelope.Room == 0)
        {
            // The last bytes may hold the file's member, and with it room for what follows.
            if (_lastAttempt == envelope.Length)
            {
                Break(MessageDefect.EnvelopeTooLarge);
            }
            else
            {
                Parse(final: false);
            }

            return 0;
        }

        var count = Math.Min(input.Length, Math.Min(envelope.Room, StepBytes));
        envelope.Append(input[..count]);
        if (envelope.Length - _parser.Position >= _nextAttempt)
        {
            Parse(final: false);
        }

        return count;
    }

    /// <summary>Returns true when it reached the content property and has taken the bytes that were buffered after it.</summary>
    private bool Parse(bool final)
    {
        var envelope = Own.Envelope;
        _lastAttempt = envelope.Length;
        ParseAttempts++;
        try
        {
            if (_parser.Read(envelope.Written, final))
            {
                _stage = Stage.BeforeFile;
                TakeAgainFrom(_parser.Position);
                return true;
            }
        }
        catch (JsonException broken)
        {
            BreakAt(_parser.BreakOffset(envelope.Written, broken));
            return false;
        }

        // An unfinished token is read from its start each time. It must grow by half before the next try, else one sent byte by byte costs its length squared.
        var unread = envelope.Length - _parser.Position;
        _nextAttempt = unread + (unread / 2) + 1;
        return false;
    }

    private void TakeAgainFrom(int position)
    {
        var envelope = Own.Envelope;
        var beyond = envelope.Written[position..];
        var again = pool.Rent(Math.Max(1, beyond.Length));
        try
        {
            beyond.CopyTo(again);
            var count = beyond.Length;
            envelope.Truncate(position);
            _nextAttempt = 1;
            _lastAttempt = -1;
            Take(again.AsSpan(0, count));
        }
        finally
        {
            pool.Return(again);
        }
    }

    /// <summary>The JSON ends here. What was taken into the envelope beyond is not part of it.</summary>
    private void BreakAt(int offset)
    {
        Own.DefectPosition = Own.BodyOffset(offset);
        Own.Rest.Append(Own.Envelope.Written[offset..]);
        Own.Envelope.Truncate(offset);
        Break(MessageDefect.NotJson);
    }
}
