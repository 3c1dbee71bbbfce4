using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Pools;

/// <summary>
/// What an owner says of one class of a pool: the most that may be promised (null: no limit), and how often to promise it.
/// </summary>
public sealed record PoolTerms(long? Limit, Overcommit Overcommit);
