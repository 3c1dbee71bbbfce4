using ControlPlane.Core.Conditions;

namespace ControlPlane.Core.Hosts;

/// <summary>One of a host's two virtualisation engines. Kept as part of its host.</summary>
public sealed record Engine
{
    /// <summary>The condition that says whether a guest really ran on it.</summary>
    public const string ProvedCondition = "Proved";

    /// <summary>Hardware or software.</summary>
    public required EngineKind Kind { get; init; }

    /// <summary>Whether it takes VMs.</summary>
    public required EngineState State { get; init; }

    /// <summary>QEMU's -cpu model.</summary>
    public required string CpuModel { get; init; }

    /// <summary>QEMU's -machine type.</summary>
    public required string MachineType { get; init; }

    /// <summary>What is known of it, foremost whether it is proved.</summary>
    public IReadOnlyList<Condition> Conditions { get; init; } = [];

    /// <summary>Grows with each change.</summary>
    public long Version { get; init; } = 1;

    /// <summary>Whether a guest really ran on it.</summary>
    public bool Proved =>
        Conditions.Any(condition => condition.Type == ProvedCondition && condition.Status == ConditionStatus.True);

    /// <summary>Whether it takes VMs now.</summary>
    public bool Usable => State == EngineState.Running && Proved;
}
