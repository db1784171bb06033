using System.Collections.Frozen;
using Redox.Media.Core.Parsing;

namespace Redox.Media.Core.Deliveries;

/// <summary>Finds the handler of a message by (DataModel, EventType).</summary>
public sealed class HandlerRegistry
{
    private const string Model = "Media";

    private readonly FrozenDictionary<string, IMessageHandler> _asWritten;
    private readonly FrozenDictionary<string, IMessageHandler> _handlers;

    /// <exception cref="InvalidOperationException">Two handlers claim the same event.</exception>
    public HandlerRegistry(IEnumerable<IMessageHandler> handlers)
    {
        var byName = new Dictionary<string, IMessageHandler>(StringComparer.Ordinal);
        foreach (var handler in handlers)
        {
            foreach (var name in handler.OtherNames.Append(handler.EventName))
            {
                if (!byName.TryAdd(Spelling(Model, name), handler))
                {
                    throw new InvalidOperationException(
                        $"{byName[Spelling(Model, name)].GetType().Name} and {handler.GetType().Name} both claim Media.{name}.");
                }
            }
        }

        _handlers = byName.ToFrozenDictionary(StringComparer.Ordinal);
        _asWritten = byName.Values.Distinct().ToFrozenDictionary(handler => handler.EventName, StringComparer.Ordinal);
    }

    public IMessageHandler? Find(MessageMeta meta) => Find(meta.DataModel ?? "", meta.EventType ?? "");

    public IMessageHandler? Find(string dataModel, string eventType) =>
        dataModel == Model && _asWritten.TryGetValue(eventType, out var handler)
            ? handler
            : _handlers.GetValueOrDefault(Spelling(dataModel, eventType));

    // Integrators spell "Query Response" with a space and models in any case: routing compares letters and digits only.
    private static string Spelling(string dataModel, string eventType) => Letters(dataModel) + "/" + Letters(eventType);

    private static string Letters(string text) =>
        string.Concat(text.Where(c => c is not (' ' or '-' or '_'))).ToUpperInvariant();
}
