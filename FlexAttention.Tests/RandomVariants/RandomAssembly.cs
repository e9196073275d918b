using System.Reflection;
using Microsoft.CodeAnalysis.Emit;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>Random variants, compiled with the generator in one compilation and loaded.</summary>
internal sealed class RandomAssembly
{
    private RandomAssembly(IReadOnlyList<LoadedVariant> variants) => Variants = variants;

    public IReadOnlyList<LoadedVariant> Variants { get; }

    /// <summary>Compiles the variants of so many seeds from the first one on.</summary>
    public static RandomAssembly Compile(int firstSeed, int count)
    {
        RandomVariant[] sources = [.. Enumerable.Range(firstSeed, count).Select(RandomVariantWriter.Write)];
        GeneratorRun run = GeneratorRunner.Run(RandomVariantWriter.File(sources));
        Assert.That(run.Exception, Is.Null);
        Assert.That(run.Diagnostics.Select(diagnostic => diagnostic.ToString()), Is.Empty, "the generator accepts every variant");
        using var image = new MemoryStream();
        EmitResult result = run.Output.Emit(image);
        Assert.That(result.Success, Is.True, () => string.Join("\n", result.Diagnostics.Where(message => message.WarningLevel == 0)));
        Type type = Assembly.Load(image.ToArray()).GetType("RandomMethods")!;
        return new RandomAssembly([.. sources.Select(source => new LoadedVariant(source, type))]);
    }
}
