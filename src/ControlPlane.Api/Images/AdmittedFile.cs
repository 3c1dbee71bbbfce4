namespace ControlPlane.Api.Images;

/// <summary>A checked and durable file under its final name, no image's yet. Disposed before it is left to one, it is gone.</summary>
/// <param name="File">The file.</param>
/// <param name="VirtualSizeBytes">The size of the disk it describes.</param>
internal sealed record AdmittedFile(IncomingFile File, long VirtualSizeBytes) : IDisposable
{
    /// <inheritdoc/>
    public void Dispose() => File.Dispose();
}
