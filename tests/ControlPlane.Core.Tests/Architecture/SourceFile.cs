using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ControlPlane.Core.Tests.Architecture;

/// <summary>One parsed file.</summary>
internal sealed record SourceFile(string Path, string[] Lines, CompilationUnitSyntax Root)
{
    /// <summary>The project it belongs to: <c>ControlPlane.Core</c>…</summary>
    internal string Project => Path.Split('/')[1];

    /// <summary>The types it declares outside of any other.</summary>
    internal IEnumerable<MemberDeclarationSyntax> Types => Root
        .DescendantNodes(node => node is CompilationUnitSyntax or BaseNamespaceDeclarationSyntax)
        .OfType<MemberDeclarationSyntax>()
        .Where(member => member is BaseTypeDeclarationSyntax or DelegateDeclarationSyntax);

    internal static string NameOf(MemberDeclarationSyntax type) =>
        type is BaseTypeDeclarationSyntax declared ? declared.Identifier.Text : ((DelegateDeclarationSyntax)type).Identifier.Text;

    internal static SourceFile Read(string path)
    {
        var text = File.ReadAllText(path);
        var tree = CSharpSyntaxTree.ParseText(text, CSharpParseOptions.Default.WithLanguageVersion(LanguageVersion.Preview));
        return new(SourceTree.Relative(path), text.Split('\n'), tree.GetCompilationUnitRoot());
    }

    internal string At(SyntaxNode node) => $"{Path}:{node.GetLocation().GetLineSpan().StartLinePosition.Line + 1}";
}
