using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>The rules of the house that a program can see, over <c>src/</c>. They started at zero; a limit is only ever lowered.</summary>
public partial class TidyTests
{
    private const int MethodLines = 70;
    private const int LineCharacters = 140;

    // Each means "I did not find the noun".
    private static readonly string[] NoNouns =
        ["Manager", "Helper", "Helpers", "Util", "Utils", "Common", "Shared", "Misc", "Processor", "Impl", "Base", "Info", "Data"];

    // Put together here, so that this file does not hold what it looks for.
    private static readonly string[] Machines = [$"/{"work"}/", $"/{"root"}/", $"{"nuget"}.org", $"{"npmjs"}.org", $"{"docker"}.io"];

    [Fact]
    public void A_method_has_at_most_seventy_lines() => AssertNone(file => file.Root.DescendantNodes()
        .Where(node => node is BaseMethodDeclarationSyntax or LocalFunctionStatementSyntax or AccessorDeclarationSyntax
            or PropertyDeclarationSyntax)
        .Where(node => LinesOf(node) > MethodLines).Select(node => $"{file.At(node)} has {LinesOf(node)} lines"));

    [Fact]
    public void A_line_has_at_most_a_hundred_and_forty_characters() => AssertNone(file => file.Lines
        .Select((line, index) => (line.TrimEnd('\r').Length, Number: index + 1))
        .Where(line => line.Length > LineCharacters).Select(line => $"{file.Path}:{line.Number} has {line.Length} characters"));

    [Fact]
    public void The_name_of_a_type_ends_in_a_noun_of_the_domain() => AssertNone(file => file.Root.DescendantNodes()
        .OfType<BaseTypeDeclarationSyntax>()
        .Where(type => NoNouns.Any(word => type.Identifier.Text.EndsWith(word, StringComparison.Ordinal)))
        .Select(type => $"{file.At(type)} {type.Identifier.Text}"));

    [Fact]
    public void A_todo_names_its_issue() => AssertNone(file => file.Lines.Select((line, index) => (line, Number: index + 1))
        .Where(line => Unnumbered().IsMatch(line.line)).Select(line => $"{file.Path}:{line.Number}"));

    [Fact]
    public void A_file_has_one_public_type_and_its_name() => AssertNone(file =>
    {
        var types = file.Types.Where(type => type.Modifiers.Any(SyntaxKind.PublicKeyword)).Select(SourceFile.NameOf).Distinct().ToList();
        var name = Path.GetFileName(file.Path).Split('.')[0];
        return types.Count > 1 ? [$"{file.Path} has {types.Count} public types: {string.Join(", ", types)}"]
            : types.Count == 1 && types[0] != name ? [$"{file.Path} is named otherwise than {types[0]}"] : [];
    });

    [Fact]
    public void A_file_without_a_public_type_is_named_like_one_that_it_has() => AssertNone(file =>
        file.Types.Any() && file.Types.All(type => SourceFile.NameOf(type) != Path.GetFileName(file.Path).Split('.')[0])
            ? [$"{file.Path} declares {string.Join(", ", file.Types.Select(SourceFile.NameOf))}"] : []);

    [Fact]
    public void A_namespace_is_its_folder() => AssertNone(file => file.Root.DescendantNodes().OfType<BaseNamespaceDeclarationSyntax>()
        .Where(space => space.Name.ToString() != Path.GetDirectoryName(file.Path)!["src/".Length..].Replace('/', '.'))
        .Select(space => $"{file.At(space)} {space.Name}"));

    [Fact]
    public void No_file_names_the_machine_it_was_written_on() => Breaches.None(SourceTree.TextFiles()
        .SelectMany(path => File.ReadLines(path).Select((line, index) => (Text: line, At: $"{SourceTree.Relative(path)}:{index + 1}")))
        .SelectMany(line => Machines.Where(word => line.Text.Contains(word, StringComparison.Ordinal))
            .Select(word => $"{line.At} has {word}")));

    [Theory]
    [InlineData("// TODO: later", true)]
    [InlineData("// TODO", true)]
    [InlineData("// TODO #12: later", false)]
    [InlineData("// TODO(#12) later", false)]
    [InlineData("var mastodons = 1;", false)]
    public void What_is_an_unnumbered_todo(string line, bool unnumbered) => Assert.Equal(unnumbered, Unnumbered().IsMatch(line));

    private static void AssertNone(Func<SourceFile, IEnumerable<string>> rule) => Breaches.None(SourceTree.Sources.SelectMany(rule));

    private static int LinesOf(SyntaxNode node)
    {
        var span = node.GetLocation().GetLineSpan();
        return span.EndLinePosition.Line - span.StartLinePosition.Line + 1;
    }

    [GeneratedRegex(@"\bTODO\b(?!\s*\(?#\d+)")]
    private static partial Regex Unnumbered();
}
