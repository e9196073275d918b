
namespace FlexAttention.Tests.Masking;

public sealed class BlockMaskTests
{
    private static readonly (int Query, int Key)[] Lengths =
        [(0, 0), (0, 40), (40, 0), (1, 1), (1, 300), (300, 1), (17, 127), (129, 129), (256, 192), (300, 145)];

    private static readonly (int Query, int Key)[] BlockSizes =
        [(16, 16), (32, 64), (64, 32), (96, 96), (128, 128), (256, 128), (1, 7), (1000, 1000)];

    [TestCaseSource(typeof(MaskCase), nameof(MaskCase.All))]
    public void AnyLengthAndBlockSize_AgreesWithEveryPair(object mask)
    {
        foreach ((int queryLength, int keyLength) in Lengths)
        {
            foreach ((int queryBlock, int keyBlock) in BlockSizes)
                AssertAgrees((MaskCase)mask, queryLength, keyLength, queryBlock, keyBlock);
        }
    }

    [Test]
    public void FormulaWithoutBatchAndHead_IsBuiltOnceForAll()
    {
        using BlockMask causal = Case("causal").Create(3, 5, 256, 256);
        using BlockMask window = Case("head window").Create(3, 5, 256, 256);
        using BlockMask padding = Case("padding").Create(3, 5, 256, 256);

        Assert.That((causal.IsSharedByBatches, causal.IsSharedByHeads), Is.EqualTo((true, true)));
        Assert.That((window.IsSharedByBatches, window.IsSharedByHeads), Is.EqualTo((true, false)));
        Assert.That((padding.IsSharedByBatches, padding.IsSharedByHeads), Is.EqualTo((false, true)));
        Assert.That(Blocks(causal), Is.EqualTo(4));
        Assert.That(Blocks(window), Is.EqualTo(5 * 4));
        Assert.That(Blocks(padding), Is.EqualTo(3 * 4));

        static long Blocks(BlockMask mask) => mask.FullBlocks + mask.PartialBlocks + mask.EmptyBlocks;
    }

    [Test]
    public void Causal_CountsBlocksAndSparsity()
    {
        using BlockMask mask = Case("causal").Create(1, 1, 1024, 1024);

        Assert.That((mask.FullBlocks, mask.PartialBlocks, mask.EmptyBlocks), Is.EqualTo((28, 8, 28)));
        Assert.That(mask.Sparsity, Is.EqualTo(28.0 / 64));
    }

    [Test]
    public void NoBlocks_HasSparsityZero()
    {
        using BlockMask mask = Case("causal").Create(2, 2, 0, 0);

        Assert.That(mask.Sparsity, Is.Zero);
        Assert.That(mask.ToDense(), Is.Empty);
    }

    [Test]
    public void NoBatch_HasNoRows()
    {
        using BlockMask mask = Case("padding").Create(0, 2, 256, 256);

        Assert.That(mask.EmptyBlocks, Is.Zero);
        Assert.That(() => mask.ToDense(), Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("batch"));
    }

    [Test]
    public void LongWindow_TakesMemoryForTheBlocksThatAreLeft()
    {
        const int length = 100_000;
        long before = GC.GetAllocatedBytesForCurrentThread();
        using BlockMask mask = MaskCase.Of("window", new WindowRule(300)).Create(1, 1, length, length);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(mask.QueryBlocks, Is.EqualTo(782));
        Assert.That(mask.PartialBlocks + mask.FullBlocks, Is.LessThan(4 * 782));
        // One byte for each of the 782 * 782 blocks would be more.
        Assert.That(allocated, Is.LessThan(300_000));
    }

    [Test]
    public void CopiedToADevice_HasTheSameBlocks()
    {
        using BlockMask mask = Case("scatter").Create(2, 3, 100, 200, new() { QueryBlockSize = 32, KeyBlockSize = 32 });
        BlockMask copy = mask.To(Device.Cpu);

        Assert.That(copy.HasSameBlocksAs(mask), Is.True);
        copy.Dispose();
        Assert.That(mask.ToDense(), Is.Not.Empty, "the copy has memory of its own");
    }

    [Test]
    public void OtherMaskOfTheSameShape_HasOtherBlocks()
    {
        BlockMaskOptions options = new() { QueryBlockSize = 32, KeyBlockSize = 32 };
        using BlockMask scatter = Case("scatter").Create(2, 3, 100, 200, options);
        using BlockMask other = MaskCase.Of("other", new ScatterRule(8)).Create(2, 3, 100, 200, options);
        using BlockMask causal = Case("causal").Create(2, 3, 128, 128);
        using BlockMask finer = Case("causal").Create(2, 3, 128, 128, options);

        Assert.That(scatter.HasSameBlocksAs(other), Is.False);
        Assert.That(causal.HasSameBlocksAs(finer), Is.False);
    }

    internal static MaskCase Case(string name) => MaskCase.All.Single(mask => mask.ToString() == name);

    private static void AssertAgrees(MaskCase mask, int queryLength, int keyLength, int queryBlock, int keyBlock)
    {
        const int batch = 2, heads = 3;
        using BlockMask blocks = mask.Create(
            batch, heads, queryLength, keyLength, new() { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock });
        for (int b = 0; b < batch; b++)
        {
            for (int h = 0; h < heads; h++)
            {
                BlockKind[,] expected = new BlockKind[
                    (queryLength + queryBlock - 1) / queryBlock, (keyLength + keyBlock - 1) / keyBlock];
                for (int row = 0; row < expected.GetLength(0); row++)
                {
                    for (int column = 0; column < expected.GetLength(1); column++)
                    {
                        expected[row, column] = mask.KindOf(
                            b,
                            h,
                            row * queryBlock,
                            Math.Min((row + 1) * queryBlock, queryLength),
                            column * keyBlock,
                            Math.Min((column + 1) * keyBlock, keyLength));
                    }
                }

                Assert.That(
                    blocks.ToDense(b, h),
                    Is.EqualTo(expected),
                    $"{mask} ({b}, {h}): {queryLength} x {keyLength} in blocks of {queryBlock} x {keyBlock}");
            }
        }
    }
}
