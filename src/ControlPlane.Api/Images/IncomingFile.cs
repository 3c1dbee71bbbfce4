namespace ControlPlane.Api.Images;

/// <summary>A file that came whole and belongs to no image yet. Disposed before it is left to one, it is gone.</summary>
internal sealed class IncomingFile : IDisposable
{
    private readonly ImageStore store;
    private bool left;

    internal IncomingFile(ImageStore store, string temporaryName) => (this.store, TemporaryName) = (store, temporaryName);

    /// <summary>Its name in the image directory until it is adopted.</summary>
    internal string TemporaryName { get; }

    /// <summary>Its name in the image directory from then on, made of the image's id.</summary>
    internal string? Name { get; set; }

    /// <summary>Its bytes.</summary>
    internal long SizeBytes { get; set; }

    /// <summary>SHA-256, lower-case hexadecimal.</summary>
    internal string Sha256 { get; set; } = "";

    /// <summary>Its first bytes.</summary>
    internal ReadOnlyMemory<byte> Head { get; set; }

    /// <summary>Leaves it in the directory: an image refers to it now, or the next cleaning finds out that none does.</summary>
    internal void Leave() => left = true;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (!left) { store.Remove(TemporaryName, Name); }
        store.Release(this);
    }
}
