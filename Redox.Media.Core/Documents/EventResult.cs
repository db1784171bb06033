using Redox.Media.Core.Deliveries;

namespace Redox.Media.Core.Documents;

/// <summary>The result of applying an event.</summary>
/// <param name="Outcome">The outcome.</param>
/// <param name="LastUpdated">Of the version that the event brought, or left as it was; null when it was not applied.</param>
public readonly record struct EventResult(Outcome Outcome, DateTimeOffset? LastUpdated);
