using System.Collections.Frozen;

namespace Redox.Media.Core.Validation;

/// <summary>
/// The schemas of the five Media events, loaded once from <c>schemas/media/</c> in this assembly. Safe to share between threads.
/// </summary>
public sealed class SchemaCatalog
{
    private static readonly string[] EventNames = ["New", "Replace", "Delete", "Query", "QueryResponse"];

    private readonly FrozenDictionary<string, EventSchema> _schemas;

    /// <summary>Loads the schemas.</summary>
    /// <exception cref="InvalidOperationException">One is missing, or is not a schema that this service understands in full.</exception>
    public SchemaCatalog()
        : this(typeof(SchemaCatalog).Assembly.GetManifestResourceStream)
    {
    }

    internal SchemaCatalog(Func<string, Stream?> open)
    {
        _schemas = EventNames.ToFrozenDictionary(name => name, name => Load(name, open), StringComparer.OrdinalIgnoreCase);
    }

    /// <summary>Whether a schema has a member of this name. Another name may contain anything, also PHI.</summary>
    public bool HasMember(string name) => _schemas.Values.Any(schema => schema.HasMember(name));

    /// <summary>Finds every rule of its event that a message breaks; none means that it may be handled.</summary>
    /// <param name="eventName">New, Replace, Delete, Query or QueryResponse, in any case.</param>
    /// <param name="envelope">The message as UTF-8 JSON, with its file cut out: what is here is read into memory as a whole.</param>
    /// <exception cref="ArgumentException">There is no such event.</exception>
    public IReadOnlyList<Violation> Validate(string eventName, ReadOnlyMemory<byte> envelope)
    {
        if (!_schemas.TryGetValue(eventName, out var schema))
        {
            // Without the name, which the sender chose.
            throw new ArgumentException("There is no schema for this event.", nameof(eventName));
        }

        return schema.Validate(envelope.Span);
    }

    private static EventSchema Load(string eventName, Func<string, Stream?> open)
    {
        // The folder is the published one: names in lower case.
#pragma warning disable CA1308
        var file = $"schemas/media/{eventName.ToLowerInvariant()}.json";
#pragma warning restore CA1308
        using var stream = open(file)
            ?? throw new InvalidOperationException($"{file} is not embedded in {typeof(SchemaCatalog).Assembly.GetName().Name}.");
        return new EventSchema(SchemaFile.Load(file, stream));
    }
}
