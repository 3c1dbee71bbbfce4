namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What a host remembers of a VM for good, written before it acts. All numbers only grow.</summary>
/// <param name="Incarnation">The newest it has been told of.</param>
/// <param name="Generation">The newest order obeyed.</param>
/// <param name="Begun">The newest incarnation whose process was begun here: none is begun twice.</param>
/// <param name="GivenUp">The newest incarnation given up here: it never runs again.</param>
public readonly record struct OrderMemory(long Incarnation, long Generation, long Begun, long GivenUp)
{
    /// <summary>After an order is obeyed.</summary>
    public OrderMemory Told(VmOrder order) => this with
    {
        Incarnation = Math.Max(Incarnation, order.Incarnation), Generation = Math.Max(Generation, order.Generation),
    };
}
