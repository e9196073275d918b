using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

/// <summary>A cache gives the same mask for the same question, and another one for any other.</summary>
public sealed class BlockMaskCacheTests
{
    private static readonly int[] Ids = [.. Enumerable.Range(0, 100).Select(i => i / 30)];

    [Test]
    public void SameCaptures_GiveTheSameMask()
    {
        using var cache = new BlockMaskCache();

        BlockMask mask = Create(cache, Ids);
        mask.Dispose();

        Assert.That(mask.IsDisposed, Is.False, "it is the cache's");
        Assert.That(Create(cache, [.. Ids]), Is.SameAs(mask), "elements count, not where they lie");
        Assert.That(cache.Count, Is.EqualTo(1));
    }

    [Test]
    public void AnythingElse_GivesAnotherMask()
    {
        using var cache = new BlockMaskCache();
        int[] other = [.. Ids];
        other[99] = 7;
        BlockMask[] masks =
        [
            Create(cache, Ids),
            Create(cache, other),
            Create(cache, Ids, length: 99),
            Create(cache, Ids, blockSize: 16),
            Create(cache, Ids, version: 1),
            Create(cache, Ids, version: 2),
            CausalMasks.CausalKernel.CreateBlockMask(1, 2, 100, 100, new() { Cache = cache }),
            CausalMasks.CausalKernel.CreateBlockMask(1, 3, 100, 100, new() { Cache = cache }),
        ];

        Assert.That(masks.Distinct().Count(), Is.EqualTo(masks.Length));
        Assert.That(cache.Count, Is.EqualTo(masks.Length));
    }

    [Test]
    public void Version_StandsForTheElements()
    {
        using var cache = new BlockMaskCache();
        using DeviceTensor<int> ids = DeviceTensor<int>.From(Ids);
        BlockMaskOptions options = new() { Cache = cache, CaptureVersion = 5 };

        BlockMask mask = DocumentMasks.DocumentCausalKernel.CreateBlockMask(1, 2, 100, 100, ids, options);

        Assert.That(DocumentMasks.DocumentCausalKernel.CreateBlockMask(1, 2, 100, 100, ids, options), Is.SameAs(mask));
        Assert.That(
            DocumentMasks.DocumentCausalKernel.CreateBlockMask(1, 2, 100, 100, ids, options with { CaptureVersion = 6 }), Is.Not.SameAs(mask));
    }

    [Test]
    public void FullCache_ForgetsWhatWasNotUsedForLongest()
    {
        using var cache = new BlockMaskCache(capacity: 2);
        BlockMask first = Create(cache, Ids, length: 50);
        BlockMask second = Create(cache, Ids, length: 60);
        Create(cache, Ids, length: 50);
        Create(cache, Ids, length: 70);

        Assert.That(Create(cache, Ids, length: 50), Is.SameAs(first));
        Assert.That(Create(cache, Ids, length: 60), Is.Not.SameAs(second));
        Assert.That(second.IsDisposed, Is.False, "a call may still use it");
    }

    [Test]
    public void ClearedCache_FreesItsMasksAndTakesNewOnes()
    {
        using var cache = new BlockMaskCache();
        BlockMask mask = Create(cache, Ids);
        cache.Clear();

        Assert.That(mask.IsDisposed, Is.True);
        Assert.That(cache.Count, Is.Zero);
        Assert.That(Create(cache, Ids).IsDisposed, Is.False);
    }

    [Test]
    public void DisposedCache_FreesItsMasks()
    {
        var cache = new BlockMaskCache();
        BlockMask mask = Create(cache, Ids);
        cache.Dispose();

        Assert.That(mask.IsDisposed, Is.True);
        Assert.That(() => Create(cache, Ids), Throws.TypeOf<ObjectDisposedException>());
    }

    private static BlockMask Create(BlockMaskCache cache, int[] ids, int length = 100, int blockSize = 32, long? version = null)
    {
        using DeviceTensor<int> tensor = DeviceTensor<int>.From(ids);
        return DocumentMasks.DocumentCausalKernel.CreateBlockMask(
            1, 2, length, length, tensor,
            new() { QueryBlockSize = blockSize, KeyBlockSize = blockSize, Cache = cache, CaptureVersion = version });
    }
}
