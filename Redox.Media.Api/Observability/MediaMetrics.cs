using System.Diagnostics.Metrics;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Observability;

/// <summary>Why a request was answered 503.</summary>
internal enum RejectReason
{
    /// <summary>Too many bytes are in flight.</summary>
    Budget,

    /// <summary>The database cannot be had.</summary>
    Database,

    /// <summary>The answer took longer than it may.</summary>
    Late,
}

/// <summary>
/// What is measured, beside what ASP.NET Core, Kestrel, Npgsql and the runtime measure of themselves. A tag's value is one of a set that is
/// written down in the program: never an ID, a source, a name or anything else that somebody sent.
/// </summary>
internal sealed class MediaMetrics
{
    public const string Name = "Redox.Media";

    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _bodySize;
    private readonly Histogram<double> _fhirDuration;
    private readonly Counter<long> _refusals;

    public MediaMetrics(IMeterFactory meters, IntakeBudget budget)
    {
        var meter = meters.Create(Name);
        _deliveries = meter.CreateCounter<long>("redox.media.deliveries", "{delivery}", "Deliveries brought to their outcome.");
        _duration = meter.CreateHistogram<double>(
            "redox.media.delivery.duration", "s", "Time from a delivery's arrival to its answer.",
            advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60] });
        _bodySize = meter.CreateHistogram<long>(
            "redox.media.delivery.body.size", "By", "Bytes of a delivery's body.",
            advice: new InstrumentAdvice<long> { HistogramBucketBoundaries = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26] });
        _fhirDuration = meter.CreateHistogram<double>("redox.media.fhir.duration", "s", "Time to the answer of a FHIR request.");
        _refusals = meter.CreateCounter<long>("redox.media.refusals", "{request}", "Requests answered 503.");
        meter.CreateObservableUpDownCounter("redox.media.intake.budget.in_use", () => budget.InUse, "By", "Bytes of all bodies in flight.");
        meter.CreateObservableUpDownCounter("redox.media.intake.budget.limit", () => budget.Capacity, "By", "Bytes that all bodies in flight may have.");
        meter.CreateObservableUpDownCounter("redox.media.intake.budget.waiting", () => budget.Waiting, "{request}", "Requests that wait for a share of the budget.");
    }

    public void Delivered(Delivery delivery, Outcome outcome, string? eventName, TimeSpan duration)
    {
        var tags = new System.Diagnostics.TagList { { "outcome", outcome.Name() }, { "speaker", Kind(delivery.Caller) }, { "event", eventName ?? "none" } };
        _deliveries.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
        _bodySize.Record(delivery.BodyLength, new KeyValuePair<string, object?>("speaker", Kind(delivery.Caller)));
    }

    /// <param name="address">The address as the table of routes has it, without what a client put into it.</param>
    public void Asked(string address, int status, TimeSpan duration) =>
        _fhirDuration.Record(duration.TotalSeconds, new KeyValuePair<string, object?>("address", address), new KeyValuePair<string, object?>("status", status));

    public void Refused(RejectReason why) => _refusals.Add(1, new KeyValuePair<string, object?>("reason", why switch
    {
        RejectReason.Budget => "budget",
        RejectReason.Database => "database",
        _ => "late",
    }));

    // Not the caller's name, which an operator chose and which may be a person's.
    private static string Kind(Caller caller) => caller switch
    {
        Caller.Engine => "engine",
        Caller.Client => "client",
        _ => "staff",
    };
}
