using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Generators;

/// <summary>The variants that the documentation shows compile as they stand there.</summary>
public sealed class DocumentationTests
{
    private const string Class = "public static partial class Variants";

    /// <summary>What pages other than the first take as known.</summary>
    private const string Causal =
        """
            [AttentionVariant]
            public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;
        """;

    [TestCase("README.md")]
    [TestCase("docs/writing-variants.md")]
    [TestCase("docs/block-masks.md")]
    [TestCase("docs/gradients.md")]
    public void Variants_Compile(string page)
    {
        string[] blocks = [.. MarkdownCode.BlocksOf(MarkdownCode.Page(page)).Where(static block => block.Contains("[AttentionVariant"))];
        string types = string.Join("\n", blocks.Select(static block => TypeOf(block)));
        if (!types.Contains("bool Causal("))
            types += TypeOf(Causal);

        GeneratorRun run = GeneratorRunner.Run(VariantSource.Types(types));

        Assert.That(blocks, Is.Not.Empty);
        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.CompilerMessages(), Is.Empty);
    }

    /// <summary>The class of a block, without the statements before it; one around the block's methods where it has none.</summary>
    private static string TypeOf(string block) =>
        block.IndexOf(Class, StringComparison.Ordinal) is >= 0 and int start ? block[start..] : $"{Class}\n{{\n{block}\n}}\n";
}
