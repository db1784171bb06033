namespace Redox.Media.Core.Intake;

/// <summary>How the reading of a body ended, and what was read.</summary>
/// <param name="Status">How it ended.</param>
/// <param name="Message">The message, for the caller to dispose; null unless the status is <see cref="IntakeStatus.Complete"/>.</param>
public sealed record IntakeResult(IntakeStatus Status, ReceivedMessage? Message);
