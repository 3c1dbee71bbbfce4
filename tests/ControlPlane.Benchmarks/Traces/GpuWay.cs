namespace ControlPlane.Benchmarks.Traces;

/// <summary>How a GPU, or a share of one, is asked for.</summary>
internal enum GpuWay
{
    /// <summary>On a shared GPU of which little is left afterwards.</summary>
    TightGap,

    /// <summary>On a shared GPU with room.</summary>
    AnyGap,

    /// <summary>On GPUs that nobody has.</summary>
    Unshared,
}
