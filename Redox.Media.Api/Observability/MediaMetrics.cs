using System.Diagnostics;
using System.Diagnostics.Metrics;
using Redox.Media.Api.Hosting;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Api.Observability;

/// <summary>
/// The service's own metrics, beside those of ASP.NET Core, Kestrel, Npgsql and the runtime. The values of a tag come from a closed set
/// in the code: never an ID, a source, a name or anything else that a caller sent.
/// </summary>
internal sealed class MediaMetrics
{
    private readonly Counter<long> _deliveries;
    private readonly Histogram<double> _duration;
    private readonly Histogram<long> _bodySize;
    private readonly Histogram<double> _fhirDuration;
    private readonly Counter<long> _rejections;
    private readonly Counter<long> _failedAuthentications;
    private readonly Counter<long> _remoteFiles;

    public MediaMetrics(IMeterFactory meters, IntakeBudget budget, ConnectionLimit connections)
    {
        var meter = meters.Create(Telemetry.SourceName);
        _deliveries = meter.CreateCounter<long>("redox.media.deliveries", "{delivery}", "Deliveries that reached their outcome.");
        _duration = meter.CreateHistogram(
            "redox.media.delivery.duration", "s", "Time from a delivery's arrival to its response.", advice: new InstrumentAdvice<double>
            {
                HistogramBucketBoundaries = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 60],
            });
        _bodySize = meter.CreateHistogram(
            "redox.media.delivery.body.size", "By", "Length of a delivery's body.", advice: new InstrumentAdvice<long>
            {
                HistogramBucketBoundaries = [1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24, 1 << 26],
            });
        _fhirDuration = meter.CreateHistogram<double>(
            "redox.media.fhir.duration", "s", "Time from a FHIR request's arrival to its response.");
        _rejections = meter.CreateCounter<long>("redox.media.refusals", "{request}", "Requests answered with 503.");
        _failedAuthentications = meter.CreateCounter<long>(
            "redox.media.authentication.failures", "{request}", "Requests with a missing or unknown credential.");
        _remoteFiles = meter.CreateCounter<long>("redox.media.remote_files", "{try}", "Tries to fetch a file from another host.");
        meter.CreateObservableUpDownCounter(
            "redox.media.intake.budget.in_use", () => budget.InUse, "By", "Bytes that the bodies in flight have reserved.");
        meter.CreateObservableUpDownCounter(
            "redox.media.intake.budget.limit", () => budget.Capacity, "By", "Bytes that the bodies in flight may reserve.");
        meter.CreateObservableUpDownCounter(
            "redox.media.intake.budget.waiting", () => budget.Waiting, "{request}", "Requests that wait for a share of the budget.");
        meter.CreateObservableUpDownCounter(
            "redox.media.connections.in_use", () => connections.InUse, "{connection}", "Open connections of callers.");
        meter.CreateObservableUpDownCounter(
            "redox.media.connections.limit", () => connections.Max, "{connection}", "Connections that callers may open.");
    }

    /// <param name="eventName">Null for a message that is not a Redox message.</param>
    public void RecordDelivery(Delivery delivery, Outcome outcome, string? eventName, TimeSpan duration)
    {
        var caller = KindOf(delivery.Caller);
        var tags = new TagList { { "outcome", outcome.Name() }, { "speaker", caller }, { "event", eventName ?? "none" } };
        _deliveries.Add(1, tags);
        _duration.Record(duration.TotalSeconds, tags);
        _bodySize.Record(delivery.BodyLength, new KeyValuePair<string, object?>("speaker", caller));
    }

    /// <param name="address">The route, without anything that a client sent.</param>
    public void RecordFhirRequest(string address, int status, TimeSpan duration) =>
        _fhirDuration.Record(duration.TotalSeconds, new TagList { { "address", address }, { "status", status } });

    public void RecordRejection(RejectReason reason) => _rejections.Add(1, new KeyValuePair<string, object?>("reason", reason switch
    {
        RejectReason.Overloaded => "budget",
        RejectReason.TooManyConnections => "connections",
        RejectReason.StoreUnavailable => "database",
        _ => "late",
    }));

    /// <param name="endpoint">The route. The address is no tag: its values are not from a closed set.</param>
    public void RecordFailedAuthentication(string endpoint, string credential) =>
        _failedAuthentications.Add(1, new TagList { { "endpoint", endpoint }, { "credential", credential } });

    /// <param name="result">stored, or a name of <see cref="Core.RemoteFiles.RemoteFileFailures"/>.</param>
    public void RecordRemoteFile(string result) => _remoteFiles.Add(1, new KeyValuePair<string, object?>("result", result));

    // Not the caller's name, which an operator chose and which may be a person's.
    private static string KindOf(Caller caller) => caller switch
    {
        Caller.Engine => "engine",
        Caller.Client => "client",
        _ => "staff",
    };
}
