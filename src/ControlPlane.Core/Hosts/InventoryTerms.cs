using ControlPlane.Core.Resources;

namespace ControlPlane.Core.Hosts;

/// <summary>What an owner says of one class of a host: how much, how much never to promise, how often to promise the rest.</summary>
public sealed record InventoryTerms(long Total, long Reserved, Overcommit Overcommit);
