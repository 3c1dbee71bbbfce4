using ControlPlane.Api.Http;
using ControlPlane.Api.Persistence;
using ControlPlane.Contracts.Vms;
using ControlPlane.Core.Flavors;
using Microsoft.EntityFrameworkCore;

namespace ControlPlane.Api.Flavors;

/// <summary>Fills in what a spec leaves to the flavor it names.</summary>
internal static class FlavorChoice
{
    private const int MaxNamed = 20;
    private const string Any = "ANY";
    private static readonly VmIsolation leftOut = new();

    /// <summary>The spec with all its amounts and no flavor; or why there is none.</summary>
    internal static async Task<(VmSpecDocument? Spec, Problem? Problem)> ResolveAsync(Func<StoreContext> db, VmSpecDocument spec)
    {
        if (spec.Flavor is not { } text) { return (spec with { DiskGiB = spec.DiskGiB ?? 1 }, null); }
        if (await Named.FlavorAsync(db(), text) is not { } flavor) { return (null, await UnknownAsync(db(), text)); }
        return Differs(spec, flavor) is { } problem ? (null, problem) : (Filled(spec, flavor), null);
    }

    private static VmSpecDocument Filled(VmSpecDocument spec, Flavor flavor) => spec with
    {
        Flavor = null,
        Vcpus = flavor.Vcpus,
        MemoryMiB = flavor.MemoryMiB,
        DiskGiB = flavor.DiskGiB,
        ExtraResources = flavor.ExtraResources.ToDictionary(pair => pair.Key.ToString(), pair => pair.Value),
        Engine = spec.Engine == Any && flavor.Engine is { } engine ? Words.Of(engine) : spec.Engine,
        Isolation = spec.Isolation.Level == leftOut.Level && flavor.Isolation is { } level
            ? spec.Isolation with { Level = Words.Of(level) } : spec.Isolation,
    };

    private static Problem? Differs(VmSpecDocument spec, Flavor flavor)
    {
        var faults = new Dictionary<string, string[]>();
        Same("vcpus", spec.Vcpus, flavor.Vcpus);
        Same("memoryMiB", spec.MemoryMiB, flavor.MemoryMiB);
        Same("diskGiB", spec.DiskGiB, flavor.DiskGiB);
        foreach (var (resource, amount) in spec.ExtraResources)
        {
            Same($"extraResources.{resource}", amount, flavor.ExtraResources[Core.Resources.ResourceClass.Parse(resource)]);
        }
        return faults.Count == 0 ? null : Problem.Validation(faults);

        void Same(string member, long? wanted, long its)
        {
            if (wanted is not { } amount || amount == its) { return; }
            faults[$"spec.{member}"] = [$"is {amount}, and flavor '{flavor.Name}' says {its}; leave one of them out"];
        }
    }

    private static async Task<Problem> UnknownAsync(StoreContext db, string text)
    {
        var known = await db.Flavors.OrderBy(row => row.Name).Select(row => row.Name).Take(MaxNamed + 1).ToListAsync();
        var names = known.Count == 0 ? "There is none yet: make one with POST /v1/flavors."
            : $"There are {string.Join(", ", known.Take(MaxNamed))}{(known.Count > MaxNamed ? " and more; see GET /v1/flavors" : "")}.";
        return new Problem(ProblemCode.NotFound, $"There is no flavor '{text}'. {names}");
    }
}
