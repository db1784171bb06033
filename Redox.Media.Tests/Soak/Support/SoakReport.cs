using System.Globalization;

namespace Redox.Media.Tests.Soak.Support;

/// <summary>The end of a run: one table, and every fault in words.</summary>
internal sealed class SoakReport(string mode, int seed, TimeSpan duration)
{
    /// <summary>More faults than a person reads; the count is in the table.</summary>
    private const int MaxFaults = 20;

    private readonly List<(string Name, string Value)> _rows = [];
    private readonly List<string> _faults = [];
    private ServiceProcess? _service;

    public bool IsClean => _faults.Count == 0;

    public IReadOnlyList<string> Faults => _faults;

    public SoakReport Add(string name, object value)
    {
        _rows.Add((name, Convert.ToString(value, CultureInfo.InvariantCulture) ?? ""));
        return this;
    }

    public SoakReport Add(Ledger ledger, CheckResult check)
    {
        _faults.AddRange(ledger.Faults);
        return Add("events", ledger.Events).Add("events sent, retries included", ledger.Sent)
            .Add("acknowledged", ledger.Acknowledgements.Count)
            .Add("503 and 429", ledger.Answers(503) + ledger.Answers(429)).Add("broken connections", ledger.Broken)
            .Add("longest answer", Seconds(ledger.Longest)).Add("lost", check.Lost).Add("doubled", check.Doubled)
            .Add("otherwise wrong", check.Wrong).Add("5xx besides 503", ledger.ServerErrors);
    }

    /// <summary>Adds what the service has logged of faults of its own, and remembers where the whole of it is found.</summary>
    public SoakReport AddFaults(ServiceProcess service)
    {
        _service = service;
        _faults.AddRange(service.LoggedFaults);
        return this;
    }

    public SoakReport AddFaults(IEnumerable<string> faults)
    {
        _faults.AddRange(faults);
        return this;
    }

    /// <summary>Writes everything the service has logged to a file that stays, so that a fault of a long run can be explained.</summary>
    /// <returns>Where, or null if the run has no service.</returns>
    public async Task<string?> KeepLogAsync()
    {
        if (_service is null)
        {
            return null;
        }

        var path = Path.Combine(Path.GetTempPath(), $"redox-media-soak-{mode.Replace(' ', '-')}-{seed}.log");
        await File.WriteAllLinesAsync(path, _service.Output);
        return path;
    }

    public static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.0 s", CultureInfo.InvariantCulture);

    public static string Megabytes(long bytes) => (bytes / (1024.0 * 1024)).ToString("0 MB", CultureInfo.InvariantCulture);

    public override string ToString()
    {
        var heads = $"| {mode} | seed {seed}, {duration:hh\\:mm\\:ss} |\n| --- | ---: |\n";
        var rows = _rows.Append(("faults", _faults.Count.ToString(CultureInfo.InvariantCulture)))
            .Select(row => $"| {row.Item1} | {row.Item2} |");
        var faults = _faults.CountBy(fault => fault).OrderBy(fault => fault.Value).Take(MaxFaults)
            .Select(fault => $"FAULT ({fault.Value}) {fault.Key}");
        return heads + string.Join('\n', rows.Concat(faults));
    }
}
