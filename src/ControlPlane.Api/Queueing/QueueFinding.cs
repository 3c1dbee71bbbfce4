using ControlPlane.Core.Operations;

namespace ControlPlane.Api.Queueing;

/// <summary>What one walk along the queue came to.</summary>
/// <param name="Any">Whether there seems to be room for somebody.</param>
/// <param name="Behind">Where nobody of the front fits, the first behind it that do, in the order of the queue.</param>
/// <param name="Hold">What the walk has learnt on the way.</param>
internal sealed record QueueFinding(bool Any, IReadOnlyList<OperationId> Behind, QueueHold Hold);
