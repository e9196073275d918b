using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>A method's source as it is shown above its kernels.</summary>
internal static class MethodText
{
    /// <summary>The method's text without its doc comment, with <c>\n</c> line ends and without the type's indentation.</summary>
    public static string Read(MethodDeclarationSyntax method)
    {
        string[] lines = method.ToString().Replace("\r\n", "\n").Replace('\r', '\n').Split('\n');
        int indentation = Indentation(lines.Skip(1));
        return string.Join("\n", lines.Select((line, i) => i == 0 ? line.TrimEnd() : Outdent(line, indentation)));
    }

    /// <summary>The 1-based line of the method's name.</summary>
    public static int Line(MethodDeclarationSyntax method) =>
        method.Identifier.GetLocation().GetLineSpan().StartLinePosition.Line + 1;

    private static int Indentation(IEnumerable<string> lines) =>
        lines.Where(static line => !string.IsNullOrWhiteSpace(line))
            .Select(static line => line.Length - line.TrimStart().Length)
            .DefaultIfEmpty(0)
            .Min();

    private static string Outdent(string line, int indentation) =>
        line.Length <= indentation ? "" : line.Substring(indentation).TrimEnd();
}
