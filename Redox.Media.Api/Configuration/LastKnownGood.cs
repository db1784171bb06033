using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Configuration;

/// <summary>
/// Settings as they are now, or as they last were in order: a mistake in a file that is edited while the service runs must not stop a
/// feed. What was wrong is logged once, by key.
/// </summary>
internal sealed partial class LastKnownGood<T>(IOptionsMonitor<T> monitor, ILogger<LastKnownGood<T>> logger)
    where T : class
{
    private T _last = monitor.CurrentValue;
    private bool _isRejected;

    public T Value
    {
        get
        {
            try
            {
                _last = monitor.CurrentValue;
                _isRejected = false;
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                if (!_isRejected)
                {
                    _isRejected = true;
                    LogRejected(logger, typeof(T).Name, exception is OptionsValidationException invalid ? string.Join("; ", invalid.Failures) : "a value is of the wrong type");
                }
            }

            return _last;
        }
    }

    [LoggerMessage(EventId = 1810, Level = LogLevel.Error, Message = "Changed settings are not valid and were not taken, the last valid ones stay ({Settings}): {Reason}")]
    private static partial void LogRejected(ILogger logger, string settings, string reason);
}
