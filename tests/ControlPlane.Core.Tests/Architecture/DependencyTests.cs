using System.Xml.Linq;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>Dependencies point one way: Cli → Contracts; Agent → Core, Contracts; Api → Core, Contracts, and Agent to host it.</summary>
public class DependencyTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["ControlPlane.Core"] = [],
        ["ControlPlane.Contracts"] = [],
        ["ControlPlane.Agent"] = ["ControlPlane.Core", "ControlPlane.Contracts"],
        ["ControlPlane.Api"] = ["ControlPlane.Core", "ControlPlane.Contracts", "ControlPlane.Agent"],
        ["ControlPlane.Cli"] = ["ControlPlane.Contracts"],
    };

    // Where the service hosts the agent in its own process: the composition, and the folder that does it.
    private static readonly string[] HostsTheAgent =
        ["src/ControlPlane.Api/Agents/", "src/ControlPlane.Api/Program.cs", "src/ControlPlane.Api/Opening.cs"];

    public static TheoryData<string> Projects() => [.. Directory.GetFiles(RepositoryRoot.Of("src"), "*.csproj", SearchOption.AllDirectories)
        .Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_what_lies_below_it(string project)
    {
        Assert.True(Allowed.ContainsKey(project), $"{project} is new: say here what it may reference");
        var references = Items(project, "ProjectReference").Select(path => Path.GetFileNameWithoutExtension(path.Replace('\\', '/')));
        Assert.Empty(references.Except(Allowed[project]));
    }

    [Theory]
    [InlineData("ControlPlane.Core")]
    [InlineData("ControlPlane.Contracts")]
    public void The_rules_and_the_wire_need_no_package_and_no_framework(string project) =>
        Assert.Empty(Items(project, "PackageReference").Concat(Items(project, "FrameworkReference")).Concat(Items(project, "Reference")));

    [Fact]
    public void Versions_of_packages_stand_in_one_place() => Assert.Empty(Directory
        .GetFiles(RepositoryRoot.Path, "*.csproj", SearchOption.AllDirectories)
        .Where(file => XDocument.Load(file).Descendants("PackageReference").Any(item => item.Attribute("Version") is not null))
        .Select(SourceTree.Relative));

    [Fact]
    public void Sources_name_only_the_namespaces_of_projects_that_they_may_reference() =>
        Breaches.None(SourceTree.Sources.SelectMany(file => Named(file)
            .Where(name => name.Project != file.Project && !Allowed[file.Project].Contains(name.Project))
            .Select(name => $"{name.At} names {name.Project}")));

    [Fact]
    public void The_service_names_the_agent_only_where_it_hosts_it() => Breaches.None(SourceTree.Sources
        .Where(file => file.Project == "ControlPlane.Api")
        .Where(file => !HostsTheAgent.Any(place => file.Path.StartsWith(place, StringComparison.Ordinal)))
        .SelectMany(file => Named(file).Where(name => name.Project == "ControlPlane.Agent").Select(name => $"{name.At} names the agent")));

    private static IEnumerable<string> Items(string project, string item) => XDocument
        .Load(RepositoryRoot.Of("src", project, $"{project}.csproj")).Descendants(item)
        .Select(element => element.Attribute("Include")!.Value);

    // Every ControlPlane.X of a project's that stands in a using or before a name.
    private static IEnumerable<(string Project, string At)> Named(SourceFile file) => file.Root
        .DescendantNodes()
        .Select(node => (Node: node, Name: node switch
        {
            QualifiedNameSyntax { Left: SimpleNameSyntax { Identifier.Text: "ControlPlane" } } name => name.Right,
            QualifiedNameSyntax { Left: AliasQualifiedNameSyntax { Name.Identifier.Text: "ControlPlane" } } name => name.Right,
            MemberAccessExpressionSyntax { Expression: SimpleNameSyntax { Identifier.Text: "ControlPlane" } } access => access.Name,
            MemberAccessExpressionSyntax
            {
                Expression: AliasQualifiedNameSyntax { Name.Identifier.Text: "ControlPlane" },
            } access => access.Name,
            _ => null,
        }))
        .Where(found => found.Name is not null && Allowed.ContainsKey($"ControlPlane.{found.Name.Identifier.Text}"))
        .Where(found => !found.Node.AncestorsAndSelf().OfType<NameSyntax>().Any(name => name.Parent is BaseNamespaceDeclarationSyntax))
        .Select(found => ($"ControlPlane.{found.Name!.Identifier.Text}", file.At(found.Node)));
}
