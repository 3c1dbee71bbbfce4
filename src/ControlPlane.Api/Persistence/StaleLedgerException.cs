using ControlPlane.Core.Hosts;
using ControlPlane.Core.Operations;
using ControlPlane.Core.Pools;
using ControlPlane.Core.Vms;

namespace ControlPlane.Api.Persistence;

/// <summary>The database has another state of a row than memory: it was changed past the lane.</summary>
/// <param name="host">The host, or null.</param>
/// <param name="pool">The pool, or null.</param>
/// <param name="vm">The VM, or null.</param>
/// <param name="operation">The operation, or null.</param>
internal sealed class StaleLedgerException(HostId? host = null, PoolId? pool = null, VmId? vm = null, OperationId? operation = null)
    : Exception($"{host?.ToString() ?? pool?.ToString() ?? vm?.ToString() ?? operation?.ToString()} is not as memory has it")
{
    /// <summary>The host, or null.</summary>
    internal HostId? Host => host;

    /// <summary>The pool, or null.</summary>
    internal PoolId? Pool => pool;

    /// <summary>The VM, or null.</summary>
    internal VmId? Vm => vm;

    /// <summary>The operation, or null.</summary>
    internal OperationId? Operation => operation;
}
