namespace ControlPlane.Core.Hosts;

/// <summary>Whose share an inventory entry is.</summary>
public enum InventoryScope
{
    /// <summary>The host's own.</summary>
    Host,

    /// <summary>Its hardware engine's.</summary>
    Hardware,

    /// <summary>Its software engine's.</summary>
    Software,
}
