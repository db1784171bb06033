using System.Diagnostics;
using OpenTelemetry;

namespace Redox.Media.Api.Observability;

/// <summary>
/// Removes from an activity what a caller may have sent, before it is exported: only attributes from a closed list remain, the route
/// takes the place of the path, and exceptions keep their type without message and stack.
/// </summary>
internal sealed class ActivityRedaction : BaseProcessor<Activity>
{
    private const string OwnPrefix = "redox.media.";
    private const string Route = "http.route";
    private const string Path = "url.path";

    private static readonly HashSet<string> Allowed =
    [
        "http.request.method", "http.response.status_code", Route, "url.scheme", "network.protocol.version", "error.type",
        "db.system.name", "db.namespace", "db.operation.name", "db.response.status_code", "db.query.text", "db.npgsql.prepared",
        "db.npgsql.rows", "otel.status_code", "outcome",
    ];

    private readonly ActivityListener _exceptions;

    public ActivityRedaction()
    {
        // Activity.AddException asks listeners for tags before it adds those that are missing.
        _exceptions = new ActivityListener
        {
            ShouldListenTo = _ => true,
            ExceptionRecorder = (Activity _, Exception _, ref TagList tags) =>
            {
                tags.Add("exception.message", "");
                tags.Add("exception.stacktrace", "");
            },
        };
        ActivitySource.AddActivityListener(_exceptions);
    }

    public override void OnEnd(Activity data)
    {
        foreach (var name in data.TagObjects.Select(tag => tag.Key).Where(name => !IsAllowed(name)).ToList())
        {
            data.SetTag(name, null);
        }

        if (data.GetTagItem(Route) is { } route)
        {
            data.SetTag(Path, route);
        }

        data.SetStatus(data.Status); // without its description, which may be the message of an exception
        data.TraceStateString = ""; // the caller's header, which null would inherit from the parent
    }

    protected override void Dispose(bool disposing)
    {
        _exceptions.Dispose();
        base.Dispose(disposing);
    }

    private static bool IsAllowed(string name) => Allowed.Contains(name) || name.StartsWith(OwnPrefix, StringComparison.Ordinal);
}
