namespace ControlPlane.Core.Images;

/// <summary>Whether an image can be used.</summary>
public enum ImageState
{
    /// <summary>Its content has not come yet.</summary>
    Pending,

    /// <summary>VMs can be made of it.</summary>
    Ready,
}
