namespace Redox.Media.Core.Parsing;

/// <summary>How the reading of a body ended, and what was read.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Message">The message, for the caller to dispose; null unless the status is <see cref="BodyReadStatus.Complete"/>.</param>
public sealed record BodyReadResult(BodyReadStatus Status, ParsedMessage? Message);
