namespace ControlPlane.System.Tests;

/// <summary>Where the built service and the probe guest are.</summary>
internal static class RepositoryRoot
{
    public static string Path { get; } = Find();

    /// <summary>The service as built with these tests.</summary>
    public static string ServiceAssembly
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            return global::System.IO.Path.Combine(Path, "src", "ControlPlane.Api", "bin", configuration, "net10.0", "ControlPlane.Api.dll");
        }
    }

    /// <summary>The agent as built with these tests.</summary>
    public static string AgentAssembly
    {
        get
        {
            var configuration = new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;
            return global::System.IO.Path.Combine(Path, "src", "ControlPlane.Agent", "bin", configuration, "net10.0", "ControlPlane.Agent.dll");
        }
    }

    public static string Guest(string file) => global::System.IO.Path.Combine(Path, "deploy", "guest", "out", file);

    private static string Find()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(global::System.IO.Path.Combine(directory.FullName, "ControlPlane.sln")))
        {
            directory = directory.Parent;
        }
        return directory?.FullName ?? throw new InvalidOperationException("the tests do not run inside the repository");
    }
}
