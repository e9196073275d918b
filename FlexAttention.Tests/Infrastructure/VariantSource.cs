namespace FlexAttention.Tests;

/// <summary>Wraps the lines that matter to a test in a whole C# file.</summary>
public static class VariantSource
{
    private const string Header = "using System;\nusing FlexAttention;\n\nnamespace Demo;\n\n";

    /// <summary>Members of <c>public static partial class Variants</c>.</summary>
    public static string Members(string members) => Header + $"public static partial class Variants\n{{\n{members}\n}}\n";

    /// <summary>Types, or anything else that a namespace may hold.</summary>
    public static string Types(string types) => Header + types + "\n";

    /// <summary>A score variant <c>Score</c> with these captures (each as <c>type name</c>) and this expression as its body.</summary>
    public static string Score(string expression, params string[] captures) => Members(
        $"""
            [AttentionVariant]
            public static partial float Score({Parameters("float score, int b, int h, int q, int kv", captures)}) => {expression};
        """);

    /// <summary>A mask variant <c>Mask</c> with these captures and this expression as its body.</summary>
    public static string Mask(string expression, params string[] captures) => Members(
        $"""
            [AttentionVariant]
            public static partial bool Mask({Parameters("int b, int h, int q, int kv", captures)}) => {expression};
        """);

    private static string Parameters(string indices, string[] captures) => string.Join(", ", [indices, .. captures]);
}
