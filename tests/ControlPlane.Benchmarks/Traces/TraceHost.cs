namespace ControlPlane.Benchmarks.Traces;

/// <summary>One row of a trace's hosts.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Rack">Its rack, or empty.</param>
/// <param name="Vcpus">What VMs may use.</param>
/// <param name="MemoryMiB">What VMs may use.</param>
/// <param name="Nodes">The same by NUMA node; empty where it is not known.</param>
/// <param name="Gpus">How many GPUs.</param>
internal sealed record TraceHost(string Name, string Rack, long Vcpus, long MemoryMiB, (long Vcpus, long MemoryMiB)[] Nodes, int Gpus);
