using ControlPlane.Contracts.Hosts;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using FluentValidation;

namespace ControlPlane.Api.Hosts;

/// <summary>Bounds of what a simulated host may be given: NUMA nodes, a CPU, firmwares.</summary>
internal static class PlatformRules
{
    private const int MaxFeatures = 1024;
    private const int MaxWordLength = 63;

    /// <summary>Nodes that together have no more than the host.</summary>
    internal static void Nodes<T>(
        this ValidationContext<T> context, string path, IReadOnlyList<NumaNodeTerms> nodes,
        IReadOnlyDictionary<string, CapacityTerms> capacity)
    {
        if (nodes.Count == 0) { return; }
        if (nodes.Count > HostNode.MaxNodes)
        {
            context.AddFailure(path, $"must be at most {HostNode.MaxNodes} nodes");
            return;
        }
        foreach (var (index, node) in nodes.Index())
        {
            context.Amount($"{path}[{index}].vcpu", node.Vcpu);
            context.Amount($"{path}[{index}].memoryMiB", node.MemoryMiB);
        }
        context.Sum(path, ResourceClass.Vcpu, nodes.Select(node => node.Vcpu), capacity);
        context.Sum(path, ResourceClass.MemoryMiB, nodes.Select(node => node.MemoryMiB), capacity);
    }

    /// <summary>A model and words of which none stands twice.</summary>
    internal static void Cpu<T>(this ValidationContext<T> context, string path, HostCpu? cpu)
    {
        if (cpu is null) { return; }
        if (cpu.Model is { } model && !IsWord(model)) { context.AddFailure($"{path}.model", $"must have 1 to {MaxWordLength} characters"); }
        if (cpu.Features.Count > MaxFeatures || !cpu.Features.All(IsWord))
        {
            context.AddFailure($"{path}.features", $"must be at most {MaxFeatures} words of 1 to {MaxWordLength} characters");
        }
        if (cpu.Features.Distinct(StringComparer.Ordinal).Count() < cpu.Features.Count)
        {
            context.AddFailure($"{path}.features", "must not name a feature twice");
        }
    }

    /// <summary>At least one firmware, none twice.</summary>
    internal static void Firmwares<T>(this ValidationContext<T> context, string path, IReadOnlyList<string> firmwares)
    {
        if (firmwares.Count == 0 || firmwares.Distinct(StringComparer.Ordinal).Count() < firmwares.Count
            || !firmwares.All(word => Words.TryParse<Firmware>(word, out _)))
        {
            context.AddFailure(path, "must be BIOS, UEFI or both");
        }
    }

    private static void Amount<T>(this ValidationContext<T> context, string path, long amount)
    {
        if (amount is <= 0 or > ResourceVector.MaxAmount) { context.AddFailure(path, $"must be between 1 and {ResourceVector.MaxAmount}"); }
    }

    private static void Sum<T>(
        this ValidationContext<T> context, string path, ResourceClass resource, IEnumerable<long> amounts,
        IReadOnlyDictionary<string, CapacityTerms> capacity)
    {
        var sum = amounts.Aggregate(Int128.Zero, (all, amount) => all + amount);
        if (capacity.TryGetValue(resource.ToString(), out var terms) && sum > terms.Total)
        {
            context.AddFailure(path, $"have {sum} {resource} together, and the host has {terms.Total}");
        }
    }

    private static bool IsWord(string text) => text.Length is > 0 and <= MaxWordLength && WordRules.IsPlain(text);
}
