using ControlPlane.Core.Names;

namespace ControlPlane.Core.Hosts;

/// <summary>Lets one machine join the fleet, once and not for long. Its secret is known by its hash only.</summary>
public sealed class JoinToken
{
    private JoinToken() { }

    /// <summary>A token that nobody has used yet.</summary>
    public JoinToken(JoinTokenId id, byte[] secretSha256, ResourceName? name, DateTimeOffset now, DateTimeOffset expireTime) =>
        (Id, SecretSha256, Name, CreateTime, ExpireTime) = (id, secretSha256, name, now, expireTime);

    /// <summary>Server-made id; stands in the token.</summary>
    public JoinTokenId Id { get; private set; }

    /// <summary>SHA-256 of its secret.</summary>
    public byte[] SecretSha256 { get; private set; } = [];

    /// <summary>The name the host gets; null where the machine says one.</summary>
    public ResourceName? Name { get; private set; }

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreateTime { get; private set; }

    /// <summary>When it can no longer be used.</summary>
    public DateTimeOffset ExpireTime { get; private set; }

    /// <summary>The host that came of it, or null.</summary>
    public HostId? Host { get; private set; }

    /// <summary>SHA-256 of the public key that the machine came with, or null.</summary>
    public byte[]? KeySha256 { get; private set; }

    /// <summary>
    /// Whether it lets a machine with this key in. One that came before may come again until the token expires: its answer may have been
    /// lost, and nobody else has its key.
    /// </summary>
    public JoinVerdict Judge(ReadOnlySpan<byte> secretSha256, ReadOnlySpan<byte> keySha256, DateTimeOffset now)
    {
        if (!SameBytes(secretSha256, SecretSha256)) { return JoinVerdict.Forged; }
        if (KeySha256 is { } key && !keySha256.SequenceEqual(key)) { return JoinVerdict.Used; }
        if (now >= ExpireTime) { return JoinVerdict.Expired; }
        return Host is null ? JoinVerdict.Admitted : JoinVerdict.Repeated;
    }

    /// <summary>A machine has joined by it.</summary>
    public void Use(HostId host, byte[] keySha256)
    {
        Invariant.Check(Host is null, "a join token was used twice");
        (Host, KeySha256) = (host, keySha256);
    }

    // Every byte is looked at, whatever the first ones are: the time taken tells nothing of the secret's hash.
    private static bool SameBytes(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length) { return false; }
        var differ = 0;
        for (var i = 0; i < left.Length; i++) { differ |= left[i] ^ right[i]; }
        return differ == 0;
    }
}
