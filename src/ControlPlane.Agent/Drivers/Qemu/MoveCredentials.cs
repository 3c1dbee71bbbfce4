namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>What this host shows another one while a VM moves, and what it trusts: each as PEM.</summary>
/// <param name="Certificate">The host's certificate; it serves at both ends.</param>
/// <param name="PrivateKey">Its key, as PKCS #8.</param>
/// <param name="Authority">Who must have made the other end's certificate.</param>
public sealed record MoveCredentials(string Certificate, string PrivateKey, string Authority)
{
    /// <summary>The key is for no log.</summary>
    public override string ToString() => nameof(MoveCredentials);
}
