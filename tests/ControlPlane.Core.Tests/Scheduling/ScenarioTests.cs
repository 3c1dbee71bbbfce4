using Xunit.Sdk;

namespace ControlPlane.Core.Tests.Scheduling;

/// <summary>
/// Every file of <c>Scenarios/</c>: the question above the line <c>---</c>, the whole answer below it. To write the answers anew after a
/// change that was meant, run <c>CONTROLPLANE_GOLDEN=write dotnet test tests/ControlPlane.Core.Tests --filter ScenarioTests</c>
/// and read the difference before it is committed.
/// </summary>
public class ScenarioTests
{
    private const string Line = "---\n";

    private static readonly string Folder = RepositoryRoot.Of("tests", "ControlPlane.Core.Tests", "Scheduling", "Scenarios");

    public static TheoryData<string> Files() =>
        [.. Directory.GetFiles(Folder, "*.txt").Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Files))]
    public void The_answer_is_the_one_that_was_agreed_on(string file)
    {
        var path = Path.Combine(Folder, file);
        var parts = File.ReadAllText(path).Split(Line);
        var answer = Scenario.Parse(parts[0]).Answer();
        if (Environment.GetEnvironmentVariable("CONTROLPLANE_GOLDEN") == "write")
        {
            File.WriteAllText(path, parts[0] + Line + answer);
        }
        else if (parts.Length != 2 || parts[1] != answer)
        {
            throw new XunitException($"{file}\n{Difference(parts.ElementAtOrDefault(1) ?? "", answer)}");
        }
    }

    [Fact]
    public void Difference_shows_what_is_gone_and_what_is_new() =>
        Assert.Equal("  a\n- b\n+ x\n  c\n+ d\n", Difference("a\nb\nc\n", "a\nx\nc\nd\n"));

    // The longest common subsequence of lines, as diff(1) shows it.
    private static string Difference(string before, string after)
    {
        var (old, now) = (before.Split('\n')[..^1], after.Split('\n')[..^1]);
        var common = new int[old.Length + 1, now.Length + 1];
        for (var i = old.Length - 1; i >= 0; i--)
        {
            for (var j = now.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == now[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }
        var lines = new List<string>();
        for (var (i, j) = (0, 0); i < old.Length || j < now.Length;)
        {
            if (i < old.Length && j < now.Length && old[i] == now[j]) { lines.Add($"  {old[i++]}\n"); j++; }
            else if (i < old.Length && (j == now.Length || common[i + 1, j] >= common[i, j + 1])) { lines.Add($"- {old[i++]}\n"); }
            else { lines.Add($"+ {now[j++]}\n"); }
        }
        return string.Concat(lines);
    }
}
