namespace ControlPlane.Core.Images;

/// <summary>Why content is not taken as an image.</summary>
public enum ImageRefusal
{
    /// <summary>It is taken.</summary>
    None,

    /// <summary>It is empty, or shorter than its format's header.</summary>
    TooShort,

    /// <summary>It does not begin as its declared format does.</summary>
    OtherFormat,

    /// <summary>A qcow2 version other than 2 and 3.</summary>
    UnsupportedVersion,

    /// <summary>It names a backing file: a path on the host.</summary>
    BackingFile,

    /// <summary>It keeps its data in another file: a path on the host.</summary>
    ExternalDataFile,

    /// <summary>It is encrypted.</summary>
    Encrypted,

    /// <summary>It needs a feature this version does not know.</summary>
    UnknownFeature,

    /// <summary>It says of itself that it is damaged.</summary>
    Corrupt,

    /// <summary>A header field is out of range.</summary>
    Malformed,
}
