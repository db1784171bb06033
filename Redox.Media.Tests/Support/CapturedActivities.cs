using System.Collections.Concurrent;
using System.Diagnostics;
using OpenTelemetry;

namespace Redox.Media.Tests.Support;

/// <summary>Keeps every exported activity as text: its names, attributes, events, status, trace state and links.</summary>
internal sealed class CapturedActivities : BaseExporter<Activity>
{
    private readonly ConcurrentQueue<string> _entries = new();

    public IReadOnlyCollection<string> Entries => _entries;

    public override ExportResult Export(in Batch<Activity> batch)
    {
        foreach (var activity in batch)
        {
            _entries.Enqueue(Describe(activity));
        }

        return ExportResult.Success;
    }

    private static string Describe(Activity activity) => string.Join(
        " | ",
        activity.Source.Name,
        activity.OperationName,
        activity.DisplayName,
        Describe(activity.TagObjects),
        string.Join(';', activity.Events.Select(one => $"{one.Name} {Describe(one.Tags)}")),
        string.Join(';', activity.Links.Select(link => $"{link.Context.TraceState} {Describe(link.Tags ?? [])}")),
        $"{activity.Status} {activity.StatusDescription}",
        activity.TraceStateString);

    private static string Describe(IEnumerable<KeyValuePair<string, object?>> tags) =>
        string.Join(',', tags.Select(tag => $"{tag.Key}={tag.Value}"));
}
