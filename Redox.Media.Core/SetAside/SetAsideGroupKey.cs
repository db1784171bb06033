using System.Buffers.Binary;
using System.Text.RegularExpressions;
using Redox.Media.Core.Deliveries;
using Redox.Media.Core.Documents;
using Redox.Media.Core.Parsing;
using Redox.Media.Core.Validation;

namespace Redox.Media.Core.SetAside;

/// <summary>
/// What set-aside deliveries have in common that a person can treat together: source, event and the first violation, whose path has no
/// indexes of arrays, because the third identifier of one message and the first of another are wrong for one reason.
/// </summary>
public sealed partial record SetAsideGroupKey(string Source, string? DataModel, string? EventType, string Path, string Rule)
{
    private static readonly Violation Unknown = new(Violation.Whole, "was set aside");

    /// <summary>The key of the group.</summary>
    public Guid Id => Digest.Key('G', Source, DataModel ?? "", EventType ?? "", Path, Rule);

    public static SetAsideGroupKey Of(MessageMeta meta, IReadOnlyList<Violation> violations) =>
        Of(meta.Source, meta.DataModel, meta.EventType, violations);

    /// <summary>The group of a delivery that was set aside.</summary>
    public static SetAsideGroupKey Of(DeliveryRecord delivery) =>
        Of(delivery.Source, delivery.DataModel, delivery.EventType, delivery.Violations);

    public static string WithoutIndexes(string path) => Index().Replace(path, "");

    /// <summary>The shard key of what belongs to an ID that does not begin with one: its upper half.</summary>
    public static long ShardOf(Guid id)
    {
        Span<byte> bytes = stackalloc byte[16];
        id.TryWriteBytes(bytes, bigEndian: true, out _);
        return BinaryPrimitives.ReadInt64BigEndian(bytes);
    }

    private static SetAsideGroupKey Of(string source, string? dataModel, string? eventType, IReadOnlyList<Violation> violations)
    {
        var (path, rule) = violations is [var first, ..] ? first : Unknown;
        return new(source, dataModel, eventType, WithoutIndexes(path), rule);
    }

    [GeneratedRegex(@"\[[0-9]+\]")]
    private static partial Regex Index();
}
