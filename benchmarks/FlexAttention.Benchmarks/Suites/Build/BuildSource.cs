using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Benchmarks.Suites.Build;

/// <summary>A project with an even number of variants: half are masks, half are scores with calls and captures.</summary>
internal static class BuildSource
{
    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(path => Path.GetFileName(path) is var name && (name.StartsWith("System.") || name == "FlexAttention.Runtime.dll"))
            .Select(path => MetadataReference.CreateFromFile(path)),
    ];

    public static CSharpCompilation Compile(int count)
    {
        IEnumerable<SyntaxTree> trees = Enumerable.Range(0, count / 2).Select(i => CSharpSyntaxTree.ParseText(Pair(i)));
        return CSharpCompilation.Create(
            "Variants", trees, References, new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary));
    }

    private static string Pair(int number) =>
        $$"""
        using System;
        using FlexAttention;

        public static partial class Variants{{number}}
        {
            [AttentionVariant]
            public static partial bool Window(int b, int h, int q, int kv, int window) => kv <= q && q - kv < window + {{number}};

            [AttentionVariant(Mask = nameof(Window))]
            public static partial float Score(float score, int b, int h, int q, int kv, int window, ReadOnlySpan<float> slopes)
            {
                float capped = 30f * MathF.Tanh(score / 30f);
                return q == kv ? capped : capped + slopes[h] * MathF.Abs(kv - q + {{number}});
            }
        }
        """;
}
