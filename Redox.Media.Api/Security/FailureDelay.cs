namespace Redox.Media.Api.Security;

/// <summary>How long the response to a failed authentication is delayed, by its number among those of its address in a minute.</summary>
/// <param name="MaxUndelayed">Failures that are answered at once.</param>
/// <param name="Step">By how much each further one is delayed more than the one before.</param>
/// <param name="Max">The longest delay.</param>
internal sealed record FailureDelay(int MaxUndelayed, TimeSpan Step, TimeSpan Max)
{
    public static readonly FailureDelay Default = new(10, TimeSpan.FromMilliseconds(500), TimeSpan.FromSeconds(5));

    public TimeSpan Of(int failure) =>
        failure <= MaxUndelayed ? TimeSpan.Zero
        : failure - MaxUndelayed >= Max / Step ? Max
        : (failure - MaxUndelayed) * Step;
}
