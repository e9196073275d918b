using System.Reflection;
using Microsoft.CodeAnalysis.Emit;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>Random variants, compiled with the generator and loaded.</summary>
internal sealed class RandomAssembly
{
    /// <summary>The kernels are string literals, of which an assembly holds 16 MB.</summary>
    private const int PartSize = 100;

    private RandomAssembly(IReadOnlyList<LoadedVariant> variants) => Variants = variants;

    public IReadOnlyList<LoadedVariant> Variants { get; }

    /// <summary>Compiles the variants of so many seeds from the first one on.</summary>
    public static RandomAssembly Compile(int firstSeed, int count) =>
        new([.. Enumerable.Range(firstSeed, count).Chunk(PartSize).SelectMany(Compile)]);

    private static IEnumerable<LoadedVariant> Compile(int[] seeds)
    {
        RandomVariant[] sources = Array.ConvertAll(seeds, RandomVariantWriter.Write);
        GeneratorRun run = GeneratorRunner.Run(RandomVariantWriter.File(sources));
        Assert.That(run.Exception, Is.Null);
        Assert.That(run.Diagnostics.Select(diagnostic => diagnostic.ToString()), Is.Empty, "the generator accepts every variant");
        using var image = new MemoryStream();
        EmitResult result = run.Output.Emit(image);
        Assert.That(result.Success, Is.True, () => string.Join("\n", result.Diagnostics.Where(message => message.WarningLevel == 0)));
        Type type = Assembly.Load(image.ToArray()).GetType("RandomMethods")!;
        return sources.Select(source => new LoadedVariant(source, type));
    }
}
