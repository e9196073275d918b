using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

/// <summary>What the creation of long block masks allocates, all threads together.</summary>
[NonParallelizable]
public sealed class BlockMaskMemoryTests
{
    private const int Width = 320;
    private const int Height = 300;

    [Test]
    public void NeighboursInALargeImage_TakeLessThan64Megabytes()
    {
        long bytes = BytesOf(() => NeighbourhoodMasks.Natten2DKernel.CreateBlockMask(1, 1, Width * Height, Width * Height, Width, Height, 6));

        Assert.That(bytes, Is.LessThan(64_000_000));
    }

    [Test]
    public void ManyDocuments_TakeLessThan8Megabytes()
    {
        const int length = 806_662;
        int[] ids = [.. Enumerable.Range(0, length).Select(token => token / 25_300)];
        using DeviceTensor<int> tensor = DeviceTensor<int>.From(ids);

        Assert.That(BytesOf(() => DocumentMasks.DocumentCausalKernel.CreateBlockMask(1, 1, length, length, tensor)), Is.LessThan(8_000_000));
    }

    [Test]
    public void CausalMaskOfAMillionTokens_TakesAKilobyte()
    {
        const int length = 1 << 20;

        Assert.That(BytesOf(() => CausalMasks.CausalKernel.CreateBlockMask(1, 1, length, length)), Is.LessThan(1024));
    }

    /// <summary>The first call also compiles methods. Of those behind it the least counts: the test's host allocates, too, when it likes.</summary>
    private static long BytesOf(Func<BlockMask> create)
    {
        create().Dispose();
        long least = Enumerable.Range(0, 3).Min(_ => BytesOfOne(create));
        TestContext.Out.WriteLine($"{least:N0} bytes");
        return least;
    }

    private static long BytesOfOne(Func<BlockMask> create)
    {
        long before = GC.GetTotalAllocatedBytes(precise: true);
        BlockMask mask = create();
        long bytes = GC.GetTotalAllocatedBytes(precise: true) - before;
        mask.Dispose();
        return bytes;
    }
}
