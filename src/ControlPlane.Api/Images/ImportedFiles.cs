namespace ControlPlane.Api.Images;

/// <summary>What a create has imported.</summary>
/// <param name="Content">The content, or null when none was named.</param>
/// <param name="Initrd">The initial RAM disk, or null when none was named.</param>
internal sealed record ImportedFiles(AdmittedFile? Content, AdmittedFile? Initrd) : IDisposable
{
    /// <summary>Leaves them in the directory.</summary>
    internal void Leave()
    {
        Content?.File.Leave();
        Initrd?.File.Leave();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Content?.Dispose();
        Initrd?.Dispose();
    }
}
