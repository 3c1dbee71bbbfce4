using System.Numerics;
using ControlPlane.Core.Resources;
using ControlPlane.Core.Vms;

namespace ControlPlane.Core.Scheduling;

/// <summary>A demand made ready for counting: its amounts by class, and by which ways each host may take it.</summary>
internal sealed class FitShape
{
    private FitShape(long[] need, FitWays[] ways) => (Need, Ways) = (need, ways);

    /// <summary>How much of each class, in the order of the room's classes.</summary>
    internal long[] Need { get; }

    /// <summary>By which ways each host takes it, in the order of the fleet.</summary>
    internal FitWays[] Ways { get; }

    internal static FitShape Of(FleetSnapshot fleet, Demand demand, ResourceClass[] classes)
    {
        Invariant.Check(demand.Resources.Count > 0, "a shape of nothing fits without end");
        return new([.. classes.Select(resource => demand.Resources[resource])], WaysOf(fleet, demand));
    }

    /// <summary>The same on a fleet that has lost hosts.</summary>
    internal FitShape Without(bool[] lost) =>
        new(Need, [.. Ways.Select((ways, host) => lost[host] ? FitWays.None : ways)]);

    private static FitWays[] WaysOf(FleetSnapshot fleet, Demand demand)
    {
        Span<int> columns = stackalloc int[ResourceVector.MaxClasses];
        var question = new Question(fleet, demand, columns, new int[Question.AttributesOf(demand)]);
        var rules = new Rules(fleet, question, demand, new int[Rules.ScratchOf(fleet, demand)]);
        var (ways, first) = (new FitWays[fleet.Count], 0);
        foreach (var chunk in fleet.Chunks)
        {
            var mask = question.Matching(chunk) & chunk.Ready & rules.Allowed(chunk);
            if (demand.Engine is not { } choice) { Add(ways, first, mask, FitWays.Bare); }
            else
            {
                if (choice != EngineChoice.Software) { Add(ways, first, mask & chunk.Usable(EngineView.Hardware), FitWays.Hardware); }
                if (choice != EngineChoice.Hardware) { Add(ways, first, mask & chunk.Usable(EngineView.Software), FitWays.Software); }
            }
            first += chunk.Hosts.Length;
        }
        return ways;
    }

    private static void Add(FitWays[] ways, int first, ulong mask, FitWays way)
    {
        for (; mask != 0; mask &= mask - 1) { ways[first + BitOperations.TrailingZeroCount(mask)] |= way; }
    }
}
