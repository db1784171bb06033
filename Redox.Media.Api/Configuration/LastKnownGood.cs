using Microsoft.Extensions.Options;

namespace Redox.Media.Api.Configuration;

/// <summary>
/// The current settings, or the last valid ones: a mistake in a file that is edited while the service runs must not stop a feed. A
/// mistake is logged once, by its key.
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
                    LogRejected(logger, typeof(T).Name, ReasonOf(exception));
                }
            }

            return _last;
        }
    }

    // The binder's own message quotes the value.
    private static string ReasonOf(Exception exception) =>
        exception is OptionsValidationException invalid ? string.Join("; ", invalid.Failures) : "a value has the wrong type";

    [LoggerMessage(
        EventId = 1810,
        Level = LogLevel.Error,
        Message = "The changed settings are invalid; the last valid ones remain in effect ({Settings}): {Reason}")]
    private static partial void LogRejected(ILogger logger, string settings, string reason);
}
