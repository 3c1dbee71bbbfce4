namespace ControlPlane.Core.Vms.Embodiments;

/// <summary>What a host says of an embodiment. Each stays true once it is said, so that a late one does no harm.</summary>
public enum VmWordKind
{
    /// <summary>It has followed an order, and keeps its promise from there on.</summary>
    Heeded,

    /// <summary>The state has come, and stands still.</summary>
    Loaded,

    /// <summary>The state has been sent; its guest stands still until a later word.</summary>
    HandedOver,

    /// <summary>The state could not be sent; its guest runs on.</summary>
    NotSent,

    /// <summary>It is ended, and this incarnation never runs there again.</summary>
    GivenUp,
}
