using FlexAttention.Descriptors;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>The catalogue's methods say what their oracles say: a variant that is wrong in itself is found here.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class MethodTests
{
    private static readonly VariantShape[] Shapes =
        [new(2, 4, 17, 17), new(2, 4, 129, 127), new(2, 2, 1, 129), new(1, 2, 127, 1), new(1, 5, 150, 150)];

    [Test]
    public void Method_AgreesWithItsOracle([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        foreach (VariantShape shape in Shapes)
        {
            VariantInstance instance = variant.Create(shape, seed: 3);
            var random = new Random(4);
            foreach ((int b, int h, int q, int kv) in Pairs(shape))
                Check(instance, 4 * random.NextSigned(), b, h, q, kv);
        }
    }

    [Test]
    public void Catalogue_HoldsNoNameTwice() =>
        Assert.That(VariantCatalogue.All.Select(variant => variant.Name), Is.Unique);

    /// <summary>All but masks that only serve a score, which then stands for both.</summary>
    [Test]
    public void Catalogue_HoldsEveryVariantOfItsFolder()
    {
        HashSet<string?> masks = [.. VariantCatalogue.All.Select(variant => variant.Descriptor.MaskName)];
        IEnumerable<string> variants =
            from type in typeof(VariantCatalogue).Assembly.GetTypes()
            where type.Namespace == typeof(VariantCatalogue).Namespace && type.Name.EndsWith("Kernel", StringComparison.Ordinal)
            let descriptor = (VariantDescriptor)type.GetProperty(nameof(VariantCase.Descriptor))!.GetValue(null)!
            where !masks.Contains(descriptor.Name)
            select descriptor.Name;

        Assert.That(variants, Is.Not.Empty.And.SubsetOf(VariantCatalogue.All.Select(variant => variant.Descriptor.Name)));
    }

    [Test]
    public void Descriptor_SaysWhatTheMethodsDo(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        VariantInstance instance = variant.Create(new VariantShape(1, 1, 2, 2), seed: 1);

        Assert.That(variant.Descriptor.HasMask || variant.Descriptor.HasScore);
        Assert.That(variant.Descriptor.Captures, Has.Count.EqualTo(instance.Captures.Count));
        Assert.That(variant.Descriptor.Name, Does.EndWith(variant.Kernel.Name[..^"Kernel".Length]));
    }

    private static void Check(VariantInstance instance, float score, int b, int h, int q, int kv)
    {
        bool kept = instance.OracleKeeps(b, h, q, kv);
        if (instance.MethodKeeps(b, h, q, kv) != kept)
            Assert.Fail($"The mask at (b={b}, h={h}, q={q}, kv={kv}) should be {kept}.");
        if (!kept)
            return;
        double expected = instance.OracleScore(score, b, h, q, kv);
        double actual = instance.MethodScore(score, b, h, q, kv);
        if (!actual.Equals(expected) && !(Math.Abs(actual - expected) <= 1e-5 * (1 + Math.Abs(expected))))
            Assert.Fail($"The score of {score} at (b={b}, h={h}, q={q}, kv={kv}) is {actual}, should be {expected}.");
    }

    private static IEnumerable<(int B, int H, int Q, int Kv)> Pairs(VariantShape shape)
    {
        for (int b = 0; b < shape.Batch; b++)
        {
            for (int h = 0; h < shape.Heads; h++)
            {
                for (int q = 0; q < shape.Queries; q++)
                {
                    for (int kv = 0; kv < shape.Keys; kv++)
                        yield return (b, h, q, kv);
                }
            }
        }
    }
}
