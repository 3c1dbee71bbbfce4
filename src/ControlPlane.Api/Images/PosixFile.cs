using System.Globalization;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ControlPlane.Api.Images;

/// <summary>The system calls on files that the framework does not offer.</summary>
internal static class PosixFile
{
    private const int ReadOnly = 0;
    private const int NonBlocking = 0x800;
    private const int DirectoryOnly = 0x10000;
    private const int CloseOnExec = 0x80000;

    /// <summary>Opens for reading without ever waiting, not even where the name is a pipe's; null when it cannot be opened.</summary>
    internal static SafeFileHandle? OpenForReading(string path)
    {
        var descriptor = Open(path, ReadOnly | NonBlocking | CloseOnExec);
        return descriptor < 0 ? null : new SafeFileHandle(descriptor, ownsHandle: true);
    }

    /// <summary>What an open file is really called now, all links resolved.</summary>
    internal static string? RealPath(SafeFileHandle handle) =>
        new FileInfo(LinkOf(handle)).LinkTarget;

    /// <summary>Whether an open file is neither a directory nor a pipe, socket or terminal.</summary>
    internal static bool IsPlain(SafeFileHandle handle) => !Directory.Exists(LinkOf(handle)) && IsSeekable(handle);

    /// <summary>Makes names created, renamed or removed in a directory durable.</summary>
    internal static void SyncDirectory(string path)
    {
        var descriptor = Open(path, ReadOnly | DirectoryOnly | CloseOnExec);
        if (descriptor < 0) { throw Fault("open", path); }
        using var handle = new SafeFileHandle(descriptor, ownsHandle: true);
        if (Fsync(handle) != 0) { throw Fault("fsync", path); }
    }

    private static string LinkOf(SafeFileHandle handle) =>
        string.Create(CultureInfo.InvariantCulture, $"/proc/self/fd/{handle.DangerousGetHandle()}");

    private static bool IsSeekable(SafeFileHandle handle) => Seek(handle, 0, 1) >= 0;

    private static IOException Fault(string call, string path) =>
        new($"{call} of {path}: {Marshal.GetLastPInvokeErrorMessage()}", Marshal.GetLastPInvokeError());

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    private static extern int Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);

    [DllImport("libc", EntryPoint = "lseek", SetLastError = true)]
    private static extern long Seek(SafeFileHandle handle, long offset, int from);

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static extern int Fsync(SafeFileHandle handle);
}
