using ControlPlane.Api.Vms;
using ControlPlane.Contracts.Flavors;
using ControlPlane.Contracts.Vms;
using FluentValidation;

namespace ControlPlane.Api.Flavors;

/// <summary>The bounds of a flavor are those of a VM: what no VM could be, no flavor may say.</summary>
internal static class FlavorRules
{
    private static readonly VmSpecValidator vm = new();

    /// <summary>Asks of the shape what is asked of a VM's spec that has it.</summary>
    internal static void Shape<T>(this ValidationContext<T> context, PatchableFlavor flavor)
    {
        foreach (var failure in vm.Validate(SpecOf(flavor)).Errors) { context.AddFailure(failure.PropertyName, failure.ErrorMessage); }
    }

    private static VmSpecDocument SpecOf(PatchableFlavor flavor) => new()
    {
        Vcpus = flavor.Vcpus, MemoryMiB = flavor.MemoryMiB, DiskGiB = flavor.DiskGiB, ExtraResources = flavor.ExtraResources,
        Engine = flavor.Engine ?? "ANY", Isolation = flavor.Isolation ?? new(),
    };
}
