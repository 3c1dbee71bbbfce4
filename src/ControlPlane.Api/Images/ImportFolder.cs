using ControlPlane.Api.Http;
using ControlPlane.Api.Http.Json;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Images;

/// <summary>The folder of the service's owner from which images may be taken. What is opened lies below it, whatever links say.</summary>
public sealed class ImportFolder(IOptions<ImageOptions> options)
{
    private const int MaxPathCharacters = 1024;
    private const string Key = $"{ImageOptions.Section}:{nameof(ImageOptions.ImportFolder)}";

    /// <summary>Opens the file that a path below the folder names.</summary>
    /// <param name="path">As the client wrote it.</param>
    /// <param name="field">The member it stood in.</param>
    internal Parsed<Stream> Open(string path, string field)
    {
        if (options.Value.ImportFolder is not { Length: > 0 } configured)
        {
            return Problem.Validation(field, "cannot be used: this service has no import folder; its owner sets one with "
                + $"{Key}, or upload the content");
        }
        if (!IsBelow(path))
        {
            return Problem.Validation(field, "must be a relative path below the import folder, such as debian/disk.qcow2, without '..'");
        }
        return Open(configured, path, field);
    }

    private static bool IsBelow(string path) => path.Length is > 0 and <= MaxPathCharacters && !path.Contains('\0')
        && path.Split('/').All(part => part is not ("" or "." or ".."));

    // Opened first and judged then: the file that was judged is the file that is read, even when a link is changed in between.
    private static Parsed<Stream> Open(string configured, string path, string field)
    {
        using var root = PosixFile.OpenForReading(configured);
        if (root is null || PosixFile.RealPath(root) is not { } folder)
        {
            return new Problem(ProblemCode.Unavailable, $"The import folder ({Key}) cannot be read now.");
        }
        var handle = PosixFile.OpenForReading(Path.Combine(configured, path));
        if (handle is null) { return Problem.Validation(field, "names no file below the import folder that the service can read"); }
        if (PosixFile.RealPath(handle)?.StartsWith(folder.TrimEnd('/') + "/", StringComparison.Ordinal) != true)
        {
            handle.Dispose();
            return Problem.Validation(field, "leads out of the import folder through a link");
        }
        if (!PosixFile.IsPlain(handle))
        {
            handle.Dispose();
            return Problem.Validation(field, "must name a plain file");
        }
        return Parsed<Stream>.Of(new FileStream(handle, FileAccess.Read, bufferSize: 0));
    }
}
