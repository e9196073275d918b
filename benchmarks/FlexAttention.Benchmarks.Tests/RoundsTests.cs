using FlexAttention.Benchmarks.Harness;

namespace FlexAttention.Benchmarks.Tests;

public sealed class RoundsTests
{
    [Test]
    public void Measure_GivesEachContenderItsMedian()
    {
        var first = new Sequence(1, 9, 2);
        var second = new Sequence(30, 10, 20);
        Assert.That(new Rounds(3, TimeSpan.Zero).Measure([first, second]), Is.EqualTo([2.0, 20.0]));
    }

    private sealed class Sequence(params double[] times) : IContender
    {
        private int _next;

        public double Time() => times[_next++];
    }
}
