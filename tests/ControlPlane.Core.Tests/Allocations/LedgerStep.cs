using System.Globalization;
using ControlPlane.Core.Hosts;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Scheduling;
using ControlPlane.Core.Tests.Resources;
using CsCheck;

namespace ControlPlane.Core.Tests.Allocations;

/// <summary>One thing done to the ledger in a random sequence; indexes wrap around, so that a shrunk one still means something.</summary>
internal abstract record LedgerStep
{
    internal sealed record Take(int Host, EngineKind? Engine, int Pool, ResourceVector Demand) : LedgerStep;

    internal sealed record Seat(int Host, EngineKind? Engine, int Pool, ResourceVector Demand, NumaTerms Terms) : LedgerStep;

    internal sealed record SetNodes(int Host, HostNodeTerms[] Nodes) : LedgerStep;

    internal sealed record Give(int Allocation, ResourceVector Amounts) : LedgerStep;

    internal sealed record GiveAll(int Allocation) : LedgerStep;

    internal sealed record Resize(int Allocation, ResourceVector Next) : LedgerStep;

    internal sealed record ResizeHost(int Host, ResourceClass Resource, InventoryTerms Terms) : LedgerStep;

    internal sealed record LimitPool(int Pool, ResourceClass Resource, long? Limit, Overcommit Overcommit) : LedgerStep;

    internal sealed record Configure(int Host, EngineKind Engine, ResourceVector Own, ResourceClass Narrowed, Overcommit Ratio)
        : LedgerStep;

    internal sealed record RemoveEngine(int Host, EngineKind Engine) : LedgerStep;

    private static readonly Gen<int> AnyIndex = Gen.Int[0, 7];
    private static readonly Gen<EngineKind> AnyEngine = Gen.Enum<EngineKind>();
    private static readonly Gen<EngineKind?> AnyKind = Gen.Int[0, 3].Select(n => n > 1 ? (EngineKind?)null : (EngineKind)n);
    private static readonly Gen<Overcommit> AnyRatio = Gen.OneOf(1000, 500, 1500, 100, 2001).Select(Overcommit.FromPermille);

    // Hosts have even totals and engines odd amounts, so that no amount of an engine's own looks like a share of the host's.
    private static readonly Gen<InventoryTerms> AnyTerms = Gen.Select(Gen.Int[0, 8], Gen.Int[0, 4], AnyRatio,
        (half, reserved, ratio) => new InventoryTerms(2 * half, reserved, ratio));

    private static readonly Gen<ResourceVector> AnyOwn = Gen.Select(Gen.Int[-2, 2], Gen.Int[-2, 2], (gpu, vf) =>
        ResourceVector.Of((Some.Gpu, gpu < 0 ? 0 : (2 * gpu) + 1), (Some.Vf, vf < 0 ? 0 : (2 * vf) + 1)));

    private static readonly Gen<long?> AnyLimit = Gen.Int[-4, 20].Select(limit => limit < 0 ? (long?)null : limit);

    private static readonly Gen<LedgerStep> TakeStep = Gen.Select(AnyIndex, AnyKind, AnyIndex, Some.Vector(4))
        .Select(step => (LedgerStep)new Take(step.Item1, step.Item2, step.Item3, step.Item4));

    private static readonly Gen<LedgerStep> TakeOneClass = Gen.Select(AnyIndex, AnyKind, AnyIndex, Some.Class, Gen.Int[1, 6])
        .Select(step => (LedgerStep)new Take(step.Item1, step.Item2, step.Item3, ResourceVector.Of((step.Item4, step.Item5))));

    private static readonly Gen<NumaTerms> AnyNuma = Gen.Select(Gen.Int[0, 3], Gen.Bool).Select(terms => new NumaTerms(terms.Item1, terms.Item2));

    private static readonly Gen<HostNodeTerms[]> AnyNodes = Gen.Select(Gen.Int[0, 6], Gen.Int[0, 6])
        .Select(node => new HostNodeTerms(node.Item1, node.Item2)).Array[0, 3];

    /// <summary>Steps; what takes is the most frequent.</summary>
    internal static readonly Gen<LedgerStep> Any = Gen.Frequency(
        (4, TakeStep),
        (6, TakeOneClass),
        (8, Gen.Select(AnyIndex, AnyKind, AnyIndex, Gen.Select(Gen.Int[0, 4], Gen.Int[0, 4]), AnyNuma).Select(step => (LedgerStep)new Seat(
            step.Item1, step.Item2, step.Item3,
            ResourceVector.Of((ResourceClass.Vcpu, step.Item4.Item1), (ResourceClass.MemoryMiB, step.Item4.Item2)), step.Item5))),
        (3, Gen.Select(AnyIndex, AnyNodes).Select(step => (LedgerStep)new SetNodes(step.Item1, step.Item2))),
        (2, Gen.Select(AnyIndex, Some.Vector(3)).Select(step => (LedgerStep)new Give(step.Item1, step.Item2))),
        (2, AnyIndex.Select(allocation => (LedgerStep)new GiveAll(allocation))),
        (3, Gen.Select(AnyIndex, Some.Vector(5)).Select(step => (LedgerStep)new Resize(step.Item1, step.Item2))),
        (3, Gen.Select(AnyIndex, Some.Class, AnyTerms).Select(step => (LedgerStep)new ResizeHost(step.Item1, step.Item2, step.Item3))),
        (2, Gen.Select(AnyIndex, Some.Class, AnyLimit, AnyRatio)
            .Select(step => (LedgerStep)new LimitPool(step.Item1, step.Item2, step.Item3, step.Item4))),
        (3, Gen.Select(AnyIndex, AnyEngine, AnyOwn, Some.Class, AnyRatio)
            .Select(step => (LedgerStep)new Configure(step.Item1, step.Item2, step.Item3, step.Item4, step.Item5))),
        (1, Gen.Select(AnyIndex, AnyEngine).Select(step => (LedgerStep)new RemoveEngine(step.Item1, step.Item2))));

    public sealed override string ToString() => this switch
    {
        Take step => $"take [{step.Demand}] from host {step.Host}, engine {step.Engine}, pool {step.Pool}",
        Seat step => string.Create(CultureInfo.InvariantCulture,
            $"seat [{step.Demand}] on host {step.Host}, engine {step.Engine}, pool {step.Pool}, {step.Terms}"),
        SetNodes step => $"host {step.Host} has nodes {string.Join(", ", step.Nodes.Select(node => node.ToString()))}",
        Give step => $"give [{step.Amounts}] of allocation {step.Allocation}",
        GiveAll step => $"give all of allocation {step.Allocation}",
        Resize step => $"resize allocation {step.Allocation} to [{step.Next}]",
        ResizeHost step => string.Create(CultureInfo.InvariantCulture,
            $"host {step.Host} has {step.Terms.Total} - {step.Terms.Reserved} times {step.Terms.Overcommit.Ratio} {step.Resource}"),
        LimitPool step => $"pool {step.Pool} has at most {step.Limit?.ToString(CultureInfo.InvariantCulture) ?? "any"} {step.Resource}",
        Configure step => $"engine {step.Engine} of host {step.Host} has [{step.Own}], {step.Narrowed} times {step.Ratio.Ratio}",
        RemoveEngine step => $"remove engine {step.Engine} of host {step.Host}",
        _ => base.ToString()!,
    };
}
