namespace ControlPlane.Benchmarks.Traces;

/// <summary>How long the VMs of a trace live. Read for figures, never by a decision, unless an experiment says so.</summary>
internal sealed class Lifetimes
{
    private readonly Dictionary<string, long> ends;
    private readonly long end;
    private readonly (double Cpu, double CpuMilli, double Memory) mix;

    internal Lifetimes(IReadOnlyList<TraceEvent> events)
    {
        end = events[^1].Time + 1;
        ends = events.Where(each => !each.Creates).ToDictionary(each => each.Vm, each => each.Time);
        foreach (var each in events.Where(each => each.Creates))
        {
            var seconds = Of(each);
            mix = (mix.Cpu + (each.Vcpus * (double)seconds), mix.CpuMilli + (each.CpuMilli * (double)seconds),
                mix.Memory + (each.MemoryMiB * (double)seconds));
        }
    }

    /// <summary>Seconds from the create to the delete, or to the end of the trace.</summary>
    internal long Of(TraceEvent create) => EndOf(create) - create.Time;

    /// <summary>When it goes, in the trace's seconds; the end of the trace when it never does.</summary>
    internal long EndOf(TraceEvent create) => ends.GetValueOrDefault(create.Vm, end);

    /// <summary>MiB of memory for each vCPU, or for each thousandth, over all VMs by their lifetimes.</summary>
    internal double MemoryForCpu(bool milli) => mix.Memory / (milli ? mix.CpuMilli : mix.Cpu);
}
