namespace ControlPlane.Agent.Tests.Drivers.Qemu;

/// <summary>Tests that run real guests take turns: two at once on a small machine slow each other into their limits.</summary>
[CollectionDefinition(Name)]
public sealed class QemuCollection
{
    public const string Name = "real QEMU";
}
