using FlexAttention.Execution;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

public sealed unsafe class BlockMaskViewTests
{
    [Test]
    public void TileThatDividesTheBlocks_SeesTheMaskItself()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 512, 512);

        BlockMaskView view = mask.ViewFor(64, 128, out BlockMaskExtents extents);

        Assert.That((extents.QueryBlock, extents.KeyBlock), Is.EqualTo((128, 128)));
        Assert.That((extents.Batch, extents.Heads), Is.EqualTo((1, 1)));
        Assert.That((nint)view.PartialRanges, Is.EqualTo((nint)mask.ViewFor(1, 1, out _).PartialRanges));
    }

    [TestCaseSource(typeof(MaskCase), nameof(MaskCase.All))]
    public void AnyTile_LosesNoPairAndKeepsNoRejectedPairUnmasked(object mask)
    {
        foreach ((int queryBlock, int keyBlock) in new[] { (16, 16), (1, 3), (96, 48), (128, 64) })
        {
            foreach ((int tileM, int tileN) in new[] { (64, 64), (128, 16), (16, 128), (48, 80) })
                AssertSafe((MaskCase)mask, queryBlock, keyBlock, tileM, tileN);
        }
    }

    [Test]
    public void BlocksThatTilesCover_StayFull()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 1000, 1000, new() { QueryBlockSize = 1, KeyBlockSize = 1 });
        using BlockMask expected = BlockMaskTests.Case("causal").Create(1, 1, 1000, 1000);

        BlockMaskView view = mask.ViewFor(128, 128, out _);
        BlockMaskView direct = expected.ViewFor(128, 128, out _);

        for (int row = 0; row < 8; row++)
        {
            Assert.That(Row(view.FullRanges, view.FullIndices, row), Is.EqualTo(Row(direct.FullRanges, direct.FullIndices, row)));
            Assert.That(Row(view.PartialRanges, view.PartialIndices, row), Is.EqualTo(Row(direct.PartialRanges, direct.PartialIndices, row)));
        }
    }

    [Test]
    public void RowsOfOneRun_ShareTheirIndices()
    {
        const int length = 1 << 20;
        using BlockMask mask = CausalMasks.CausalKernel.CreateBlockMask(1, 1, length, length);

        BlockMaskView view = mask.ViewFor(128, 128, out _);
        int last = mask.QueryBlocks - 1;

        Assert.That(mask.FullBlocks, Is.EqualTo(8192L * 8191 / 2));
        Assert.That((view.FullRanges[2 * last], view.FullRanges[(2 * last) + 1]), Is.EqualTo((0, last)));
        Assert.That(Row(view.FullRanges, view.FullIndices, last), Is.EqualTo(Enumerable.Range(0, last)));
        Assert.That(Row(view.PartialRanges, view.PartialIndices, last), Is.EqualTo(new[] { last }));
    }

    [Test]
    public void SecondCall_ReturnsTheSameListsWithoutAllocating()
    {
        using BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 512, 512, new() { QueryBlockSize = 32, KeyBlockSize = 32 });
        nint first = (nint)mask.ViewFor(64, 128, out _).FullIndices;
        long before = GC.GetAllocatedBytesForCurrentThread();
        nint second = (nint)mask.ViewFor(64, 128, out _).FullIndices;
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.That(second, Is.EqualTo(first));
        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void DisposedMask_Throws()
    {
        BlockMask mask = BlockMaskTests.Case("causal").Create(1, 1, 64, 64);
        mask.Dispose();
        mask.Dispose();

        Assert.That(() => mask.ViewFor(64, 64, out _), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => mask.ToDense(), Throws.TypeOf<ObjectDisposedException>());
    }

    private static int[] Row(int* ranges, int* indices, int row) =>
        new ReadOnlySpan<int>(indices + ranges[2 * row], ranges[(2 * row) + 1] - ranges[2 * row]).ToArray();

    private static void AssertSafe(MaskCase mask, int queryBlock, int keyBlock, int tileM, int tileN)
    {
        const int batch = 2, heads = 2, queryLength = 210, keyLength = 150;
        using BlockMask blocks = mask.Create(
            batch, heads, queryLength, keyLength, new() { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock });
        BlockMaskView view = blocks.ViewFor(tileM, tileN, out BlockMaskExtents extents);
        Assert.That((extents.QueryBlock % tileM, extents.KeyBlock % tileN), Is.EqualTo((0, 0)));
        int rows = (queryLength + extents.QueryBlock - 1) / extents.QueryBlock;
        int columns = (keyLength + extents.KeyBlock - 1) / extents.KeyBlock;
        for (int row = 0; row < extents.Batch * extents.Heads * rows; row++)
        {
            (int b, int h) = (row / rows / extents.Heads, row / rows % extents.Heads);
            int queryStart = row % rows * extents.QueryBlock;
            int[] partial = Row(view.PartialRanges, view.PartialIndices, row);
            int[] full = Row(view.FullRanges, view.FullIndices, row);
            Assert.That(partial, Is.Ordered.Ascending);
            Assert.That(full, Is.Ordered.Ascending);
            Assert.That(partial.Intersect(full), Is.Empty);
            for (int column = 0; column < columns; column++)
            {
                BlockKind kind = mask.KindOf(
                    b,
                    h,
                    queryStart,
                    Math.Min(queryStart + extents.QueryBlock, queryLength),
                    column * extents.KeyBlock,
                    Math.Min((column + 1) * extents.KeyBlock, keyLength));
                bool safe = full.Contains(column) ? kind == BlockKind.Full : partial.Contains(column) || kind == BlockKind.Empty;
                Assert.That(safe, Is.True, $"{mask}: block ({row}, {column}) of {extents.QueryBlock} x {extents.KeyBlock} is {kind}");
            }
        }
    }
}
