using System.Net.Sockets;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ControlPlane.Agent.Drivers.Qemu;

/// <summary>The few system calls that the framework does not offer.</summary>
internal static partial class Posix
{
    private const int PathOnly = 0x200000;
    private const int DirectoryOnly = 0x10000;
    private const int CloseOnExec = 0x80000;
    private const nint PidfdOpen = 434;
    private const nint PidfdSendSignal = 424;
    private const nint CloseRange = 436;
    private const nint CloseRangeOnExec = 4;
    private const nint FirstOwnHandle = 3;
    private const nint LastHandle = 0x7fffffff;
    private const int SocketLevel = 1;
    private const int PeerCredentials = 17;
    private const int CredentialBytes = 12;
    private const int NoSpaceLeft = 28;
    private const int QuotaExceeded = 122;

    public const int SigKill = 9;

    /// <summary>A handle that names a directory, so that sockets below it can be reached by a short path.</summary>
    public static SafeFileHandle OpenDirectoryPath(string path) => OpenChecked(path, PathOnly | DirectoryOnly | CloseOnExec);

    /// <summary>Makes names created, renamed or removed in a directory durable.</summary>
    public static void SyncDirectory(string path)
    {
        using var handle = OpenChecked(path, DirectoryOnly | CloseOnExec);
        if (Fsync(handle) != 0)
        {
            throw new IOException($"fsync of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
        }
    }

    /// <summary>A handle that stays with one process even if its id is used again; null when there is no such process.</summary>
    public static SafeFileHandle? OpenProcess(int processId)
    {
        var handle = Syscall(PidfdOpen, processId, 0, 0, 0);
        return handle < 0 ? null : new SafeFileHandle(handle, ownsHandle: true);
    }

    /// <summary>Sends a signal; false when the process is gone.</summary>
    public static bool Signal(SafeFileHandle process, int signal) =>
        Syscall(PidfdSendSignal, process.DangerousGetHandle(), signal, 0, 0) == 0;

    /// <summary>
    /// Lets no child inherit a handle. The framework's own are safe already; what a script or a supervisor left open in this process,
    /// such as a lock, would otherwise be held by guests long after it.
    /// </summary>
    public static void KeepHandlesFromChildren() => Syscall(CloseRange, FirstOwnHandle, LastHandle, CloseRangeOnExec, 0);

    /// <summary>The process at the other end of a UNIX socket: the one that listened.</summary>
    public static int PeerProcessId(Socket socket)
    {
        Span<byte> credentials = stackalloc byte[CredentialBytes];
        socket.GetRawSocketOption(SocketLevel, PeerCredentials, credentials);
        return BitConverter.ToInt32(credentials);
    }

    /// <summary>Whether an I/O fault says that the disk or quota is full.</summary>
    public static bool IsDiskFull(IOException fault) => (fault.HResult & 0xffff) is NoSpaceLeft or QuotaExceeded
        || fault.Message.Contains("No space left on device", StringComparison.Ordinal);

    private static SafeFileHandle OpenChecked(string path, int flags)
    {
        var descriptor = Open(path, flags);
        return descriptor >= 0
            ? new SafeFileHandle(descriptor, ownsHandle: true)
            : throw new IOException($"open of {path}: {Marshal.GetLastPInvokeErrorMessage()}");
    }

    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Fsync(SafeFileHandle handle);

    [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
    private static partial nint Syscall(nint number, nint first, nint second, nint third, nint fourth);
}
