namespace ControlPlane.Agent.Drivers;

/// <summary>A VM's serial console as kept on the host: bounded, the oldest text goes first.</summary>
public interface IConsoleLog
{
    /// <summary>The kept bytes, and with <paramref name="follow"/> what comes after, until the VM is removed or the token ends.</summary>
    IAsyncEnumerable<ReadOnlyMemory<byte>> ReadAsync(bool follow, CancellationToken ct);
}
