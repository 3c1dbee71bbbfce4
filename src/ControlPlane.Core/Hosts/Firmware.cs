namespace ControlPlane.Core.Hosts;

/// <summary>What begins a guest's boot.</summary>
public enum Firmware
{
    /// <summary>The PC's old way (SeaBIOS).</summary>
    Bios,

    /// <summary>UEFI.</summary>
    Uefi,
}
