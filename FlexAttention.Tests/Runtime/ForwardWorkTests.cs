using FlexAttention.Execution;

namespace FlexAttention.Tests.Runtime;

public sealed class ForwardWorkTests
{
    private const int Cache = 50 << 20;

    [TestCase(1, 1)]
    [TestCase(192, 1)]
    [TestCase(193, 2)]
    public void Work_CountsTheTilesOfAllHeads(int length, int tiles)
    {
        ForwardWork work = Work(batch: 4, heads: 16, length);

        Assert.That((work.GroupHeads, work.QTiles, work.Count), Is.EqualTo((16, tiles, 64 * tiles)));
    }

    [Test]
    public void PackedHeads_CountOnceForTheirKeys()
    {
        var problem = new ForwardArguments { Batch = 3, QHeads = 32, KvHeads = 8, QLength = 2, KvLength = 8192, HeadDim = 64, ValueDim = 64 };

        ForwardWork work = ForwardWork.Of(in problem, elementSize: 2, blockM: 64, Cache, packHeads: true);

        Assert.That((work.GroupHeads, work.QTiles, work.Count), Is.EqualTo((1, 1, 24)));
    }

    [Test]
    public void LongKeys_MakeTheGroupsOfTheOtherKernel() =>
        Assert.That(Work(batch: 4, heads: 16, length: 8192).GroupHeads, Is.EqualTo(4));

    [Test]
    public void MoreTilesThanAnIntCounts_AreRefused() =>
        Assert.That(
            Assert.Throws<NotSupportedException>(() => Work(batch: 1 << 15, heads: 1 << 12, length: 192 * 17))!.Message,
            Does.Contain("17 tiles of 192 queries").And.Contain("split the batch"));

    private static ForwardWork Work(int batch, int heads, int length)
    {
        var problem = new ForwardArguments
        {
            Batch = batch,
            QHeads = heads,
            KvHeads = heads,
            QLength = length,
            KvLength = length,
            HeadDim = 128,
            ValueDim = 128,
        };
        return ForwardWork.Of(in problem, elementSize: 2, blockM: 192, Cache);
    }
}
