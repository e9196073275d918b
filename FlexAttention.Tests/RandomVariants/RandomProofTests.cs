using System.Reflection;
using FlexAttention.Descriptors;
using FlexAttention.Masking;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>What interval arithmetic says of a rectangle of a random mask holds at every pair of it.</summary>
public sealed class RandomProofTests
{
    private const int RectanglesPerMask = 80;
    private const int LongestSide = 24;
    private const int LastPosition = 2000;

    private readonly RandomCaptures _captures = new(seed: 9);

    [Test]
    public void Classify_NeverContradictsTheMethod()
    {
        using var ids = DeviceTensor<int>.From(_captures.Ids);
        using var table = DeviceTensor<float>.From(_captures.Table);
        LoadedVariant[] masks = [.. RandomVariantTests.Assembly.Value.Variants.Where(variant => variant.Source.IsMask)];
        int decided = 0;
        foreach (LoadedVariant mask in masks)
        {
            decided += (int)GetType().GetMethod(nameof(CountDecided), BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(mask.Struct)
                .Invoke(this, BindingFlags.DoNotWrapExceptions, null, [mask, mask.Bind(Device.Cpu, _captures, ids, table)], null)!;
        }

        TestContext.Out.WriteLine($"{decided} of {masks.Length * RectanglesPerMask} rectangles decided");
        Assert.That(masks.Length * RectanglesPerMask, Is.GreaterThanOrEqualTo(10_000));
        Assert.That(decided, Is.GreaterThan(2_000), "else there is little to contradict");
    }

    private int CountDecided<TVariant>(LoadedVariant loaded, TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        using CpuBoundsTables tables = CpuBoundsTables.Build(in variant);
        var random = new Random(loaded.Source.Seed);
        int decided = 0;
        for (int i = 0; i < RectanglesPerMask; i++)
        {
            int b = random.Next(4), h = random.Next(8);
            (int Start, int Last) queries = Range(random), keys = Range(random);
            BlockKind kind = variant.Classify(in tables.Tables, b, h, queries.Start, queries.Last, keys.Start, keys.Last);
            if (kind == BlockKind.Partial)
                continue;
            decided++;
            for (int q = queries.Start; q <= queries.Last; q++)
            {
                for (int kv = keys.Start; kv <= keys.Last; kv++)
                {
                    if (loaded.Keeps(_captures, b, h, q, kv) != (kind == BlockKind.Full))
                        Assert.Fail($"{kind} for queries {queries} and keys {keys}, but not at {(b, h, q, kv)} of {loaded}");
                }
            }
        }

        return decided;
    }

    private static (int Start, int Last) Range(Random random)
    {
        int start = random.Next(LastPosition);
        return (start, start + random.Next(LongestSide));
    }
}
