using Microsoft.Extensions.Options;
using Microsoft.Extensions.Primitives;

namespace Redox.Media.Api.Configuration;

/// <summary>
/// The current settings of a section. If they are invalid the last valid ones count, because a mistake in a file that is edited while the
/// service runs must not stop a feed; of lists, what <see cref="IValidEntries{T}"/> returns. They are read when the configuration is loaded
/// again, and a mistake is logged once, by its key.
/// </summary>
internal sealed partial class LastKnownGood<T> : IDisposable
    where T : class
{
    private readonly IOptionsFactory<T> _factory;
    private readonly SettingsProblems _problems;
    private readonly ILogger<LastKnownGood<T>> _logger;
    private readonly IValidEntries<T>? _validEntries;
    private readonly List<Action<T>> _listeners = [];
    private readonly Lock _lock = new();
    private readonly IDisposable _reload;
    private T _value;

    public LastKnownGood(
        IOptionsFactory<T> factory, IConfiguration configuration, SettingsProblems problems, ILogger<LastKnownGood<T>> logger,
        IValidEntries<T>? validEntries = null)
    {
        (_factory, _problems, _logger, _validEntries) = (factory, problems, logger, validEntries);
        _value = factory.Create(Options.DefaultName);
        _reload = ChangeToken.OnChange(configuration.GetReloadToken, Update);
    }

    public T Value => Volatile.Read(ref _value);

    /// <summary>Calls the listener with the value, now and after each change.</summary>
    public void Follow(Action<T> listener)
    {
        lock (_lock)
        {
            _listeners.Add(listener);
            listener(_value);
        }
    }

    public void Dispose() => _reload.Dispose();

    // In turn: of two changes the second has to be the last to be read.
    private void Update()
    {
        lock (_lock)
        {
            string? problem = null;
            try
            {
                Volatile.Write(ref _value, _factory.Create(Options.DefaultName));
            }
            catch (Exception exception) when (exception is OptionsValidationException or InvalidOperationException)
            {
                problem = ReasonOf(exception);
                Volatile.Write(ref _value, _validEntries?.Read(_value) ?? _value);
            }

            if (_problems.Set(typeof(T).Name, problem))
            {
                LogRejected(_logger, typeof(T).Name, problem!);
            }

            _listeners.ForEach(listener => listener(_value));
        }
    }

    // The binder's own message quotes the value.
    private static string ReasonOf(Exception exception) =>
        exception is OptionsValidationException invalid ? string.Join("; ", invalid.Failures) : "a value has the wrong type";

    [LoggerMessage(
        EventId = 1810,
        Level = LogLevel.Error,
        Message = "The changed settings are invalid ({Settings}). What was removed has no effect any more and valid entries take effect; "
            + "otherwise the last valid settings remain: {Reason}")]
    private static partial void LogRejected(ILogger logger, string settings, string reason);
}
