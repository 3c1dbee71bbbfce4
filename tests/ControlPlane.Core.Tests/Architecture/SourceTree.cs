namespace ControlPlane.Core.Tests.Architecture;

/// <summary>The files of the repository, as the house rules look at them. What is built, generated or ignored is not among them.</summary>
internal static class SourceTree
{
    private static readonly string[] NotOurs =
        ["bin", "obj", "out", ".git", ".vs", ".idea", "TestResults", "BenchmarkDotNet.Artifacts", "node_modules"];
    private static readonly string[] TextEndings =
    [
        "", ".cs", ".csproj", ".props", ".targets", ".sln", ".json", ".yml", ".yaml", ".md", ".sh", ".txt", ".html", ".js", ".css", ".xml",
        ".sql", ".service", ".editorconfig", ".gitignore",
    ];

    private static readonly Lazy<IReadOnlyList<SourceFile>> Parsed = new(() =>
        [.. Files(RepositoryRoot.Of("src")).Where(path => path.EndsWith(".cs", StringComparison.Ordinal))
            .Where(path => !path.Contains("/Migrations/", StringComparison.Ordinal)).Select(SourceFile.Read)]);

    /// <summary>Every source file below <c>src/</c>, but migrations: those are generated.</summary>
    internal static IReadOnlyList<SourceFile> Sources => Parsed.Value;

    /// <summary>Every text file of the repository.</summary>
    internal static IEnumerable<string> TextFiles() =>
        Files(RepositoryRoot.Path).Where(path => TextEndings.Contains(Path.GetExtension(path)));

    internal static string Relative(string path) => Path.GetRelativePath(RepositoryRoot.Path, path).Replace('\\', '/');

    private static IEnumerable<string> Files(string directory)
    {
        foreach (var file in Directory.EnumerateFiles(directory).Order(StringComparer.Ordinal)) { yield return file; }
        var below = Directory.EnumerateDirectories(directory).Where(path => !NotOurs.Contains(Path.GetFileName(path)));
        foreach (var file in below.Order(StringComparer.Ordinal).SelectMany(Files)) { yield return file; }
    }
}
