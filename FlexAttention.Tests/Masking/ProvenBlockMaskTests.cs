using FlexAttention.Descriptors;
using FlexAttention.Masking;
using FlexAttention.Tests.Emit.Cpu;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

/// <summary>What the formulas of the catalogue's masks prove.</summary>
public sealed class ProvenBlockMaskTests
{
    private static readonly (int Query, int Key)[] Lengths = [(1, 1), (257, 257), (300, 145), (63, 511), (640, 640)];

    private static readonly (int Query, int Key)[] BlockSizes = [(16, 16), (32, 64), (128, 128), (48, 96), (256, 256)];

    [Test]
    public void ProvenBlocks_AreThoseOfEvaluation(
        [ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.Masked))] VariantCase variant)
    {
        foreach ((int queries, int keys) in Lengths)
        {
            var shape = new VariantShape(2, 3, queries, keys);
            using VariantCall call = variant.Create(shape, seed: 5).On(Device.Cpu);
            IVariantCalls calls = Bind(variant, call);
            foreach ((int queryBlock, int keyBlock) in BlockSizes)
            {
                BlockGrid grid = Grid(variant, shape, queryBlock, keyBlock);
                BlockLists expected = calls.BuildByEvaluation(grid);
                Assert.That(calls.Build(grid).HasSameBlocksAs(expected), Is.True, $"{shape} in blocks of {queryBlock} x {keyBlock}");
                if (calls.Store(grid) is BandStore band)
                    AssertSame(calls, band, expected);
            }
        }
    }

    [Test]
    public void CausalMasksAndWindows_StoreNothing()
    {
        string[] bands = [.. VariantCatalogue.Masked.Where(IsBand).Select(variant => variant.Name)];

        TestContext.Out.WriteLine(string.Join(", ", bands));
        Assert.That(bands, Is.SupersetOf(new[] { "causal", "sliding window" }));
        Assert.That(bands, Has.None.EqualTo("document"));
    }

    [Test]
    public void Proof_DecidesAllButOneInAHundred()
    {
        var vague = new List<string>();
        foreach (VariantCase variant in VariantCatalogue.Masked)
        {
            (int decidable, int undecided) = Sharpness(variant);
            TestContext.Out.WriteLine($"{variant.Name,-40} {decidable,6} full or empty, {undecided,6} not proven");
            if (undecided * 100 > decidable)
                vague.Add(variant.Name);
        }

        Assert.That(vague, Is.Empty);
    }

    private static bool IsBand(VariantCase variant)
    {
        var shape = new VariantShape(1, 1, 64, 64);
        using VariantCall call = variant.Create(shape, seed: 5).On(Device.Cpu);
        return Bind(variant, call).Store(Grid(variant, shape, 16, 16)) is BandStore;
    }

    private static void AssertSame(IVariantCalls calls, BandStore band, BlockLists expected)
    {
        BlockGrid grid = band.Grid;
        BlockGrid coarse = grid with { QueryBlock = grid.QueryBlock * 3, KeyBlock = grid.KeyBlock * 2 };
        Assert.That(band.ToLists().HasSameBlocksAs(expected), Is.True, $"{grid}");
        Assert.That((band.PartialCount, band.FullCount), Is.EqualTo((expected.Partial.Blocks, expected.Full.Blocks)));
        Assert.That(band.Transpose().ToLists().HasSameBlocksAs(BlockTransposer.Transpose(expected)), Is.True, $"{grid} by keys");
        Assert.That(
            band.Coarsen(coarse.QueryBlock, coarse.KeyBlock).ToLists().HasSameBlocksAs(calls.BuildByEvaluation(coarse)),
            Is.True,
            $"{coarse}");
    }

    /// <summary>How many blocks are full or empty, and how many of these the formula alone does not tell.</summary>
    private static (int Decidable, int Undecided) Sharpness(VariantCase variant)
    {
        const int block = 16;
        var shape = new VariantShape(2, 3, 640, 640);
        using VariantCall call = variant.Create(shape, seed: 5).On(Device.Cpu);
        IVariantCalls calls = Bind(variant, call);
        BlockGrid grid = Grid(variant, shape, block, block);
        BlockLists lists = calls.BuildByEvaluation(grid);
        int decidable = 0, undecided = 0;
        for (int row = 0; row < grid.Rows; row++)
        {
            (int b, int h, int queryBlock) = grid.Decode(row);
            (int Start, int End) queries = grid.Queries(queryBlock);
            HashSet<int> partial = [.. BlocksOf(lists.Partial[row])];
            for (int key = 0; key < grid.KeyBlocks; key++)
            {
                if (partial.Contains(key))
                    continue;
                decidable++;
                (int Start, int End) keys = grid.Keys(key);
                if (calls.Classify(b, h, queries.Start, queries.End - 1, keys.Start, keys.End - 1) == BlockKind.Partial)
                    undecided++;
            }
        }

        return (decidable, undecided);
    }

    private static IEnumerable<int> BlocksOf(ReadOnlySpan<BlockRun> runs) =>
        runs.ToArray().SelectMany(run => Enumerable.Range(run.First, run.Length));

    private static IVariantCalls Bind(VariantCase variant, VariantCall call) =>
        EmittedVariant.Of(variant.Kernel).Bind([.. call.Captures.Values]);

    private static BlockGrid Grid(VariantCase variant, VariantShape shape, int queryBlock, int keyBlock)
    {
        IndexDependence dependence = variant.Descriptor.MaskDependence;
        return new BlockGrid(
            dependence.HasFlag(IndexDependence.Batch) ? shape.Batch : 1,
            dependence.HasFlag(IndexDependence.Head) ? shape.Heads : 1,
            shape.Queries,
            shape.Keys,
            queryBlock,
            keyBlock);
    }
}
