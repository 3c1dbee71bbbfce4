using ControlPlane.Api.Persistence;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Tests.Persistence;

/// <summary>What JSON columns hold.</summary>
public sealed class StoreJsonTests
{
    private static readonly VmSpec spec = new()
    {
        Vcpus = 2, MemoryMiB = 512, DiskGiB = 4, ExtraResources = ResourceVector.Of((ResourceClass.Parse("sriov-vf"), 1)),
    };

    [Fact]
    public void What_is_made_of_the_rest_is_not_kept()
    {
        var text = StoreJson.Write(spec);

        Assert.DoesNotContain("demand", text, StringComparison.Ordinal);
        Assert.Equal(spec.Demand, StoreJson.Read<VmSpec>(text).Demand);
    }

    [Fact]
    public void Where_it_was_kept_it_is_passed_over()
    {
        var text = StoreJson.Write(spec).Replace("\"vcpus\":2", "\"demand\":{\"vcpu\":9},\"vcpus\":2", StringComparison.Ordinal);

        Assert.Equal(spec.Demand, StoreJson.Read<VmSpec>(text).Demand);
    }
}
