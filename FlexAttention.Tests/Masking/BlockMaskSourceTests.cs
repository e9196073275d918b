using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Masking;

/// <summary>Block masks that are not built from a formula: from kinds, lists and pairs, and from other block masks.</summary>
public sealed class BlockMaskSourceTests
{
    private static readonly BlockMaskOptions Small = new() { QueryBlockSize = 16, KeyBlockSize = 32 };

    private static readonly VariantDescriptor Causal = RuleVariant<CausalRule>.Descriptor;

    [Test]
    public void KindsOfAMask_MakeTheSameMask()
    {
        using BlockMask causal = BlockMaskTests.Case("causal").Create(2, 3, 100, 75, Small);
        using BlockMask made = BlockMask.FromBlocks(Causal, causal.ToDense(), 100, 75, Small);

        Assert.That(made.HasSameBlocksAs(causal), Is.True);
        Assert.That((made.MaskName, made.IsSharedByBatches, made.IsSharedByHeads), Is.EqualTo((causal.MaskName, true, true)));
    }

    [Test]
    public void KindsByBatchAndHead_AreKeptApart()
    {
        using BlockMask scatter = BlockMaskTests.Case("scatter").Create(2, 3, 100, 75, Small);
        var kinds = new BlockKind[2, 3, scatter.QueryBlocks, scatter.KeyBlocks];
        for (int i = 0; i < kinds.Length; i++)
        {
            (int rest, int key) = Math.DivRem(i, scatter.KeyBlocks);
            (int batchHead, int query) = Math.DivRem(rest, scatter.QueryBlocks);
            kinds[batchHead / 3, batchHead % 3, query, key] = scatter.ToDense(batchHead / 3, batchHead % 3)[query, key];
        }

        using BlockMask made = BlockMask.FromBlocks(RuleVariant<ScatterRule>.Descriptor, kinds, 100, 75, Small);

        Assert.That(made.HasSameBlocksAs(scatter), Is.True);
        Assert.That(made.IsSharedByHeads, Is.False);
    }

    [Test]
    public void Cache_IsRefusedWhereBlocksAreGiven()
    {
        using var cache = new BlockMaskCache();

        ArgumentException? refusal = Assert.Throws<ArgumentException>(
            () => BlockMask.FromLists(Causal, [[0]], [[]], 16, 32, Small with { Cache = cache }));

        Assert.That(refusal!.ParamName, Is.EqualTo("options"));
        Assert.That(refusal.Message, Does.Contain("leave Cache out"));
    }

    [Test]
    public void Pairs_MakeTheMaskOfTheirFormula()
    {
        var kept = new bool[100, 75];
        for (int q = 0; q < 100; q++)
        {
            for (int kv = 0; kv < 75; kv++)
                kept[q, kv] = kv <= q;
        }

        using BlockMask made = BlockMask.FromDense(Causal, kept, Small);
        using BlockMask causal = BlockMaskTests.Case("causal").Create(1, 1, 100, 75, Small);

        Assert.That(made.HasSameBlocksAs(causal), Is.True);
    }

    [Test]
    public void Lists_MakeTheirBlocks()
    {
        using BlockMask made = BlockMask.FromLists(Causal, [[0], [], [1, 3]], [[], [0, 1, 2], [0]], 48, 128, Small);

        Assert.That(made.ToText(), Is.EqualTo("▒▒······\n██████··\n██▒▒··▒▒"));
    }

    [Test]
    public void WrongLists_AreRefused()
    {
        Assert.That(() => Make([[0]], [[], [], []]), Throws.ArgumentException.With.Message.Contains("1 lists, but 3"));
        Assert.That(() => Make([[1, 0], [], []], [[], [], []]), Throws.ArgumentException.With.Message.Contains("must ascend"));
        Assert.That(() => Make([[4], [], []], [[], [], []]), Throws.ArgumentException.With.Message.Contains("at most 3"));
        Assert.That(() => Make([[2], [], []], [[1, 2], [], []]), Throws.ArgumentException.With.Message.Contains("both lists"));
        Assert.That(
            () => BlockMask.FromBlocks(Causal, new BlockKind[3, 3], 48, 128, Small), Throws.ArgumentException.With.Message.Contains("3 x 4 blocks"));
        Assert.That(
            () => BlockMask.FromBlocks(Causal, new[,] { { (BlockKind)3 } }, 8, 8, Small),
            Throws.ArgumentException.With.Message.Contains("3 is no kind of block"));

        static BlockMask Make(int[][] partial, int[][] full) => BlockMask.FromLists(Causal, partial, full, 48, 128, Small);
    }

    [TestCaseSource(typeof(MaskCase), nameof(MaskCase.All))]
    public void ShorterMask_LosesNoPairAndKeepsNoRejectedPairUnmasked(object mask)
    {
        var rule = (MaskCase)mask;
        using BlockMask whole = rule.Create(2, 3, 200, 150, Small);
        using BlockMask shorter = whole.Shorten(105, 70);

        Assert.That((shorter.QueryLength, shorter.KeyLength), Is.EqualTo((105, 70)));
        for (int head = 0; head < 6; head++)
        {
            BlockKind[,] kinds = shorter.ToDense(head / 3, head % 3);
            for (int row = 0; row < shorter.QueryBlocks; row++)
            {
                for (int block = 0; block < shorter.KeyBlocks; block++)
                {
                    BlockKind exact = rule.KindOf(
                        head / 3, head % 3, row * 16, Math.Min((row + 1) * 16, 105), block * 32, Math.Min((block + 1) * 32, 70));
                    Assert.That(kinds[row, block], Is.EqualTo(exact).Or.EqualTo(BlockKind.Partial), $"{rule} at ({row}, {block})");
                }
            }
        }
    }

    [Test]
    public void Slice_HoldsItsBatchesAndHeads()
    {
        using BlockMask scatter = BlockMaskTests.Case("scatter").Create(3, 4, 100, 75, Small);
        using BlockMask slice = scatter.Slice(1..3, 2..3);
        using BlockMask shared = BlockMaskTests.Case("causal").Create(3, 4, 100, 75, Small);
        using BlockMask half = shared.Slice(..1, ..2);

        Assert.That((slice.Batch, slice.Heads), Is.EqualTo((2, 1)));
        Assert.That(slice.ToDense(1, 0), Is.EqualTo(scatter.ToDense(2, 2)));
        Assert.That((half.Batch, half.Heads, half.HasSameBlocksAs(shared)), Is.EqualTo((1, 2, true)));
    }

    [Test]
    public void SliceOutOfRange_NamesTheRange()
    {
        using BlockMask mask = BlockMaskTests.Case("scatter").Create(3, 4, 100, 75, Small);

        AssertRefused(() => mask.Slice(1..4, ..), "batches", "0..3");
        AssertRefused(() => mask.Slice(.., 2..1), "heads", "0..4");
        AssertRefused(() => mask.Slice(^5.., ..), "batches", "0..3");

        static void AssertRefused(Action slice, string parameter, string range) => Assert.That(
            () => slice(),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo(parameter).And.Message.Contains(range));
    }
}
