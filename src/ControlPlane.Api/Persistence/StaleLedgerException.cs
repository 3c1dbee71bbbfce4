using ControlPlane.Core.Hosts;
using ControlPlane.Core.Pools;

namespace ControlPlane.Api.Persistence;

/// <summary>The database has another state of a host or pool than memory: it was changed past the lane.</summary>
/// <param name="host">The host, or null.</param>
/// <param name="pool">The pool, or null.</param>
internal sealed class StaleLedgerException(HostId? host, PoolId? pool)
    : Exception($"{host?.ToString() ?? pool?.ToString()} is not as memory has it")
{
    /// <summary>The host, or null.</summary>
    internal HostId? Host => host;

    /// <summary>The pool, or null.</summary>
    internal PoolId? Pool => pool;
}
