using System.Text;

namespace ControlPlane.Agent.Hosts;

/// <summary>A guest of 512 bytes: it writes a letter to the serial port, counts down from a million, writes a word and leaves.</summary>
internal static class BootSector
{
    /// <summary>How often the loop runs.</summary>
    public const int Iterations = 1_000_000;

    /// <summary>Written before the loop.</summary>
    public const byte FirstByte = (byte)'S';

    /// <summary>Written after the loop.</summary>
    public const string Token = "GUEST-RAN\n";

    /// <summary>QEMU's exit code when the guest has left by the debug exit device: twice the value written, plus one.</summary>
    public const int ExitCode = (0x10 << 1) | 1;

    private const int DiskBytes = 1 << 20;

    private static ReadOnlySpan<byte> Code =>
    [
        0xfa, 0xfc,                         // cli; cld
        0x31, 0xc0, 0x8e, 0xd8,             // ds = 0
        0xba, 0xf8, 0x03,                   // dx = 0x3f8, the first serial port
        0xb0, FirstByte, 0xee,              // out dx, 'S'
        0x66, 0xb9, 0x40, 0x42, 0x0f, 0x00, // ecx = 1000000
        0x66, 0x49, 0x75, 0xfc,             // dec ecx; jnz back
        0xbe, 0x28, 0x7c,                   // si = the token's address
        0xac, 0x84, 0xc0, 0x74, 0x03,       // lodsb; at the final zero, leave
        0xee, 0xeb, 0xf8,                   // out dx, al; next letter
        0xb0, 0x10, 0xe6, 0xf4,             // out 0xf4, 0x10: QEMU exits
        0xf4, 0xeb, 0xfd,                   // hlt for ever, should it not
    ];

    /// <summary>A raw disk that holds nothing else.</summary>
    public static byte[] Disk()
    {
        var disk = new byte[DiskBytes];
        Code.CopyTo(disk);
        Encoding.ASCII.GetBytes(Token, disk.AsSpan(Code.Length));
        (disk[510], disk[511]) = (0x55, 0xaa);
        return disk;
    }
}
