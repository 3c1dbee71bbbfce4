namespace ControlPlane.Benchmarks.Traces;

/// <summary>One row of a trace's events. All but the first three mean something on a create alone.</summary>
/// <param name="Time">Seconds from the start of the trace; a counter where the source has no times.</param>
/// <param name="Vm">Of whom the row speaks.</param>
/// <param name="Creates">True for a create, false for a delete.</param>
/// <param name="Vcpus">Whole vCPUs.</param>
/// <param name="MemoryMiB">Memory.</param>
/// <param name="CpuMilli">Thousandths of a vCPU, as the source has it.</param>
/// <param name="Gpus">How many GPUs.</param>
/// <param name="GpuMilli">How much of each, 1000 is the whole.</param>
/// <param name="NumaNodes">Over how many NUMA nodes it lies; zero where that does not matter.</param>
/// <param name="Policy">What the group stands for.</param>
/// <param name="Group">Its group.</param>
/// <param name="Domain">Its part of a <c>fault-domain</c> group.</param>
internal sealed record TraceEvent(
    long Time, string Vm, bool Creates, long Vcpus, long MemoryMiB, long CpuMilli, int Gpus, int GpuMilli, int NumaNodes,
    string Policy, string Group, string Domain)
{
    /// <summary>Whether it wants a part of one GPU.</summary>
    internal bool SharesGpu => Gpus > 0 && GpuMilli < 1000;
}
