using System.Globalization;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>
/// Times contenders in rounds, in a new order each round and with a rest before each timing, so that the GPU's clock and
/// temperature meet all of them alike.
/// </summary>
/// <param name="Count">The rounds.</param>
/// <param name="Rest">The pause before each timing.</param>
internal sealed record Rounds(int Count, TimeSpan Rest)
{
    private readonly Random _random = new(3);

    /// <summary>The method in words.</summary>
    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"medians of {Count} shuffled rounds, {Rest.TotalSeconds:0.##} s of rest before each timing");

    /// <summary>The median milliseconds of each contender.</summary>
    public double[] Measure(IReadOnlyList<IContender> contenders)
    {
        double[][] samples = [.. contenders.Select(_ => new double[Count])];
        int[] order = [.. Enumerable.Range(0, contenders.Count)];
        for (int round = 0; round < Count; round++)
        {
            _random.Shuffle(order);
            foreach (int i in order)
            {
                Thread.Sleep(Rest);
                samples[i][round] = contenders[i].Time();
            }
        }

        return [.. samples.Select(Median.Of)];
    }
}
