using ControlPlane.Api.Http;

namespace ControlPlane.Api.Access;

/// <summary>The first token: taken from the settings, else kept in a file that only its owner can read, made at the first start.</summary>
public static class BootstrapTokenFile
{
    public const string FileName = "bootstrap-token";

    private const string SettingsKey = "ControlPlane:BootstrapToken";
    private const int MinLength = 1;
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    /// <summary>The token to register. <paramref name="console"/> gets it once, when it is made: never a log.</summary>
    public static string Ensure(string dataDirectory, string? configured, TextWriter console)
    {
        if (!string.IsNullOrEmpty(configured))
        {
            return Checked(configured, SettingsKey);
        }

        var path = Path.Combine(dataDirectory, FileName);
        if (File.Exists(path))
        {
            return Read(path);
        }

        var token = AccessToken.Create();
        Write(path, token);
        console.WriteLine($"Bootstrap token, shown only now and kept in {path}: {token}");
        return token;
    }

    private static string Read(string path)
    {
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
        {
            File.SetUnixFileMode(path, OwnerOnly);
        }

        return Checked(File.ReadAllText(path).Trim(), path);
    }

    // Beside its place first: a crash leaves no file or a whole one, and nobody can read it for a moment.
    private static void Write(string path, string token)
    {
        var fresh = $"{path}.{Path.GetRandomFileName()}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = OwnerOnly;
        }

        using (var file = new FileStream(fresh, options))
        {
            file.Write(System.Text.Encoding.ASCII.GetBytes(token + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(fresh, path, overwrite: false);
    }

    private static string Checked(string token, string source) =>
        token.Length is >= MinLength and <= AccessToken.MaxLength && token.All(character => character is > ' ' and <= '~')
            ? token
            : throw new StartupRefusedException(
                $"{source} must hold {MinLength} to {AccessToken.MaxLength} printable ASCII characters without spaces.");
}
