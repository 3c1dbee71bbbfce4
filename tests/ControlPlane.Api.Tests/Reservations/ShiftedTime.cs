namespace ControlPlane.Api.Tests.Reservations;

/// <summary>The machine's clock, put forward on request: what waits goes on waiting as it did, only the time of day jumps.</summary>
internal sealed class ShiftedTime : TimeProvider
{
    private long shift;

    public void Advance(TimeSpan time) => Interlocked.Add(ref shift, time.Ticks);

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(Volatile.Read(ref shift));
}
