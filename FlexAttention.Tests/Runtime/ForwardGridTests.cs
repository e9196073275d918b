using FlexAttention.Execution;

namespace FlexAttention.Tests.Runtime;

public sealed class ForwardGridTests
{
    private const int Cache = 50 << 20;

    [Test]
    public void ShortKeys_PutAllHeadsInOneGroup() =>
        Assert.That(Grid(heads: 16, kvHeads: 16, length: 2048), Is.EqualTo(new LaunchGrid(16, 16, 4)));

    [Test]
    public void LongKeys_MakeGroupsThatFitHalfTheCache() =>
        // 8192 keys and values of 128 bfloat16 are 4 MiB a head: six fit, and four divide sixteen.
        Assert.That(Grid(heads: 16, kvHeads: 16, length: 8192), Is.EqualTo(new LaunchGrid(4, 64, 16)));

    [Test]
    public void SharedKeys_CountOnce() =>
        Assert.That(Grid(heads: 16, kvHeads: 4, length: 8192), Is.EqualTo(new LaunchGrid(16, 64, 4)));

    [Test]
    public void KeysLargerThanTheCache_TakeOneHeadAtATime() =>
        Assert.That(Grid(heads: 7, kvHeads: 7, length: 1 << 20), Is.EqualTo(new LaunchGrid(1, 8192, 28)));

    [TestCase(0, 16)]
    [TestCase(16, 0)]
    public void NothingToDo_IsAnEmptyGrid(int heads, int length) =>
        Assert.That(Grid(heads, heads, length).IsEmpty);

    private static LaunchGrid Grid(int heads, int kvHeads, int length)
    {
        var problem = new ForwardArguments
        {
            Batch = 4,
            QHeads = heads,
            KvHeads = kvHeads,
            QLength = length,
            KvLength = length,
            HeadDim = 128,
            ValueDim = 128,
        };
        return ForwardGrid.Of(in problem, elementSize: 2, blockM: 128, Cache);
    }
}
