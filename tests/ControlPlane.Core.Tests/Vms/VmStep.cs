using ControlPlane.Core.Vms;
using CsCheck;

namespace ControlPlane.Core.Tests.Vms;

/// <summary>One thing that happens to a VM in a random sequence.</summary>
internal abstract record VmStep
{
    internal sealed record Begin(int Operation, VmActivity Activity) : VmStep;

    internal sealed record End(int Operation) : VmStep;

    internal sealed record Assign(Power Power) : VmStep;

    internal sealed record AssignStop(StopMode Mode) : VmStep;

    internal sealed record AssignReboot(StopMode Mode) : VmStep;

    /// <summary>A report about an embodiment and a generation, so many behind the newest.</summary>
    internal sealed record Observe(int IncarnationsBehind, int GenerationsBehind, Power Power) : VmStep;

    private static readonly Gen<int> AnyOperation = Gen.Int[0, 2];

    private static readonly Gen<VmActivity> AnyActivity =
        Gen.OneOf(VmActivity.None, VmActivity.Starting, VmActivity.Stopping, VmActivity.Deleting);

    internal static readonly Gen<VmStep> Any = Gen.Frequency(
        (3, Gen.Select(AnyOperation, AnyActivity).Select(step => (VmStep)new Begin(step.Item1, step.Item2))),
        (3, AnyOperation.Select(operation => (VmStep)new End(operation))),
        (3, Gen.OneOf(Power.Absent, Power.Stopped, Power.Running, Power.Paused).Select(power => (VmStep)new Assign(power))),
        (1, Gen.Enum<StopMode>().Select(mode => (VmStep)new AssignStop(mode))),
        (1, Gen.Enum<StopMode>().Select(mode => (VmStep)new AssignReboot(mode))),
        (6, Gen.Select(Gen.Int[0, 1], Gen.Int[0, 3], Gen.Enum<Power>())
            .Select(step => (VmStep)new Observe(step.Item1, step.Item2, step.Item3))));
}
