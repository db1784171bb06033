namespace Redox.Media.Core.Deliveries;

/// <summary>
/// How long the stages of a delivery take: to receive and parse its body, to validate it, and to wait for the statement that writes its
/// row. What happens after the statement was sent cannot be in the row. In microseconds, at most 35 minutes. Begins with the delivery.
/// </summary>
public sealed class DeliveryTimer(TimeProvider time)
{
    private long _begun = time.GetTimestamp();

    /// <summary>Null until <see cref="EndReceive"/>.</summary>
    public int? ReceiveMicroseconds { get; private set; }

    /// <summary>Null until <see cref="EndValidate"/>.</summary>
    public int? ValidateMicroseconds { get; private set; }

    /// <summary>From the end of the last stage until now.</summary>
    public int WaitMicroseconds => (int)Math.Clamp(time.GetElapsedTime(_begun).Ticks / TimeSpan.TicksPerMicrosecond, 0, int.MaxValue);

    public void EndReceive() => ReceiveMicroseconds = EndStage();

    public void EndValidate() => ValidateMicroseconds = EndStage();

    private int EndStage()
    {
        var taken = WaitMicroseconds;
        _begun = time.GetTimestamp();
        return taken;
    }
}
