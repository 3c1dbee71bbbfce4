using System.Globalization;
using System.Text;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>
/// How the target of a move of a VM that is off knows that the disk is whole: a small file that the source writes over the same connection,
/// after the disk was flushed. A connection that ended says nothing: it also ends when a network does.
/// </summary>
internal sealed class DiskMark(VmDirectory directory)
{
    // QEMU's smallest unit of a disk.
    private const int Bytes = 512;

    /// <summary>Target: a mark that says nothing yet.</summary>
    public Task ClearAsync() => WriteAsync("");

    /// <summary>Source: what is to be sent.</summary>
    public Task WriteAsync(long incarnation) => WriteAsync(Text(incarnation));

    /// <summary>Target: whether the source has said that the disk of this incarnation is whole.</summary>
    public bool Says(long incarnation)
    {
        try
        {
            return Encoding.ASCII.GetString(File.ReadAllBytes(directory.At(VmDirectory.MarkName))).TrimEnd('\0') == Text(incarnation);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            return false;
        }
    }

    private static string Text(long incarnation) => string.Create(CultureInfo.InvariantCulture, $"whole for incarnation {incarnation}\n");

    private Task WriteAsync(string text)
    {
        var content = new byte[Bytes];
        Encoding.ASCII.GetBytes(text, content);
        return directory.ReplaceAsync(VmDirectory.MarkName, path => VmDirectory.WritePrivateAsync(path, content));
    }
}
