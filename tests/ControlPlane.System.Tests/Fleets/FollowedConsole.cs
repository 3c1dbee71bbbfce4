using System.Text;

namespace ControlPlane.System.Tests.Fleets;

/// <summary>One VM's console on one host, read as it grows.</summary>
internal sealed class FollowedConsole(string host, string vm, string path, TimeSpan since) : IDisposable
{
    private readonly byte[] block = new byte[64 * 1024];
    private readonly StringBuilder unended = new();
    private TimeSpan looked = since;
    private FileStream? file;

    /// <summary>The lines that were ended since the last look.</summary>
    public IReadOnlyList<ConsoleLine> Look(Func<TimeSpan> now)
    {
        var began = now();
        // Looked for first: what is written before the file goes is then still read, from the file that has no name any more.
        var exists = File.Exists(path);
        if (exists) { file ??= Open(); }
        Read();
        var found = Ended(now());
        if (!exists) { Close(); }
        looked = began;
        return found;
    }

    public void Dispose() => Close();

    private FileStream? Open()
    {
        try
        {
            return new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch (Exception gone) when (gone is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Read()
    {
        if (file is null) { return; }
        // A console that has grown too long is copied away and begun anew.
        if (file.Length < file.Position) { file.Position = 0; }
        for (int count; (count = file.Read(block)) > 0;) { unended.Append(Encoding.Latin1.GetString(block, 0, count)); }
    }

    private List<ConsoleLine> Ended(TimeSpan seen)
    {
        var found = new List<ConsoleLine>();
        var text = unended.ToString();
        var at = 0;
        for (int end; (end = text.IndexOf('\n', at)) >= 0; at = end + 1)
        {
            found.Add(new(host, vm, text[at..end].TrimEnd('\r'), looked, seen));
        }
        if (at > 0) { unended.Remove(0, at); }
        return found;
    }

    // A line that was cut in two by a move has its end elsewhere: what comes here later is another's.
    private void Close()
    {
        unended.Clear();
        file?.Dispose();
        file = null;
    }
}
