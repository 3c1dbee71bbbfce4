namespace ControlPlane.Core.Tests;

/// <summary>Where the sources are, found from where the tests run.</summary>
internal static class RepositoryRoot
{
    internal static string Path { get; } = Find(new DirectoryInfo(AppContext.BaseDirectory));

    internal static string Of(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    private static string Find(DirectoryInfo? directory)
    {
        for (; directory is not null; directory = directory.Parent)
        {
            if (File.Exists(System.IO.Path.Combine(directory.FullName, "ControlPlane.sln"))) { return directory.FullName; }
        }
        throw new InvalidOperationException("no ControlPlane.sln above the tests");
    }
}
