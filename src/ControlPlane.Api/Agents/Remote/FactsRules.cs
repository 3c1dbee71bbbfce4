using ControlPlane.Api.Http;
using ControlPlane.Contracts.Agents;

namespace ControlPlane.Api.Agents.Remote;

/// <summary>What a report of another machine may say: amounts that a machine can have, and texts that can be kept.</summary>
internal static class FactsRules
{
    private const int MaxCpus = 65_536;
    private const long MaxMemoryMiB = 1L << 30;
    private const long MaxDiskGiB = 1L << 30;
    private const int MaxWords = 1_024;
    private const int MaxText = 4_096;
    private const int MaxConditions = 64;

    internal static Problem? Refuse(HostFacts facts)
    {
        if (facts.Vcpus is < 1 or > MaxCpus) { return Bad("facts.vcpus", MaxCpus); }
        if (facts.MemoryMiB is < 1 or > MaxMemoryMiB) { return Bad("facts.memoryMiB", MaxMemoryMiB); }
        if (facts.DiskGiB is < 0 or > MaxDiskGiB) { return Bad("facts.diskGiB", MaxDiskGiB); }
        if (facts.NumaNodes.Count > MaxWords || facts.NumaNodes.Any(node => node.Cpus < 0 || node.MemoryMiB < 0)
            || facts.NumaNodes.Sum(node => (long)node.Cpus) > facts.Vcpus)
        {
            return Problem.Validation("facts.numaNodes", "must have no more CPUs than the machine");
        }
        if (facts.Engines.Count > 2 || facts.Engines.Select(engine => engine.Engine).Distinct().Count() < facts.Engines.Count)
        {
            return Problem.Validation("facts.engines", "must have each engine once at the most");
        }
        if (facts.CpuFlags.Count > MaxWords) { return Bad("facts.cpuFlags", MaxWords); }
        string?[] texts =
        [
            facts.MachineName, facts.CpuModel, facts.KernelVersion, facts.QemuVersion, .. facts.CpuFlags,
            .. facts.Engines.SelectMany(engine => new[] { engine.Reason, engine.Message, engine.CpuModel, engine.MachineType }),
        ];
        return texts.Any(text => text?.Length > MaxText) ? Problem.Validation("facts", $"has a text of over {MaxText} characters") : null;
    }

    internal static Problem? Refuse(AgentReport report)
    {
        if (report.Vms.Count > AgentProtocol.MaxObservations) { return Bad("vms", AgentProtocol.MaxObservations); }
        if (report.Conditions is { Count: > MaxConditions }) { return Bad("conditions", MaxConditions); }
        string?[] texts =
        [
            .. (report.Conditions ?? []).SelectMany(Texts),
            .. report.Vms.SelectMany(vm => vm.Conditions.SelectMany(Texts).Concat(vm.IsolationControls)),
            .. report.Vms.SelectMany(vm => new[] { vm.Failure, vm.FailureReason }),
        ];
        if (texts.Any(text => text?.Length > MaxText)) { return Problem.Validation("", $"A text has over {MaxText} characters"); }
        if (report.Vms.Any(vm => vm.Conditions.Count > MaxConditions || vm.IsolationControls.Count > MaxConditions))
        {
            return Bad("vms.conditions", MaxConditions);
        }
        return report.Facts is { } facts ? Refuse(facts) : null;
    }

    internal static Problem? RefuseZone(string? zone) => zone is null || (zone.Length is > 0 and <= 63 && !zone.Any(char.IsControl))
        ? null : Problem.Validation("zone", "must have 1 to 63 characters, none of them a control character");

    private static IEnumerable<string> Texts(AgentCondition condition) =>
        [condition.Type, condition.Status, condition.Reason, condition.Message];

    private static Problem Bad(string field, long most) => Problem.Validation(field, $"must be in bounds: at most {most}");
}
