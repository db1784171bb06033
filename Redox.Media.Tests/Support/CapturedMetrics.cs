using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace Redox.Media.Tests.Support;

/// <summary>Keeps every measurement of every meter of a service, or of the whole process, as text.</summary>
internal sealed class CapturedMetrics : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly ConcurrentQueue<string> _entries = new();

    /// <param name="service">Null for every meter of the process.</param>
    public CapturedMetrics(RunningService? service)
    {
        var scope = service?.Services.GetRequiredService<IMeterFactory>();
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (scope is null || ReferenceEquals(instrument.Meter.Scope, scope))
            {
                listener.EnableMeasurementEvents(instrument);
            }
        };
        Listen<byte>();
        Listen<short>();
        Listen<int>();
        Listen<long>();
        Listen<float>();
        Listen<double>();
        Listen<decimal>();
        _listener.Start();
    }

    /// <summary><c>instrument value tag=value,...</c>, with tags in the order of their names.</summary>
    public IReadOnlyCollection<string> Entries => _entries;

    /// <summary>Asks those that tell their value when they are asked.</summary>
    public void Observe() => _listener.RecordObservableInstruments();

    public void Dispose() => _listener.Dispose();

    private void Listen<T>()
        where T : struct => _listener.SetMeasurementEventCallback<T>((instrument, value, tags, _) =>
    {
        var named = tags.ToArray().OrderBy(tag => tag.Key, StringComparer.Ordinal).Select(tag => $"{tag.Key}={tag.Value}");
        _entries.Enqueue(string.Create(CultureInfo.InvariantCulture, $"{instrument.Name} {value} {string.Join(',', named)}"));
    });
}
