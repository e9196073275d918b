namespace FlexAttention.Benchmarks.Problems;

/// <summary>Tensors of normal numbers, as the peers are given; the GPU's clock depends on the data.</summary>
/// <param name="convert">A number as an element.</param>
internal sealed class NormalNoise<T>(Func<double, T> convert)
    where T : unmanaged
{
    /// <summary>The numbers repeat after this many, a prime, to save time: no two rows of a head are alike.</summary>
    private const int Period = 1048583;

    /// <summary>
    /// Left out between two tensors. Without a gap the lengths of large ones come close to a multiple of the period, and
    /// rows of k would be rows of q: a softmax with a peak that random numbers do not have.
    /// </summary>
    private const int Gap = 7919;

    private readonly T[] _numbers = Numbers(convert);
    private int _offset;

    /// <summary>A tensor unlike the ones before.</summary>
    public DeviceTensor<T> Next(Device device, ReadOnlySpan<long> shape)
    {
        long length = 1;
        foreach (long extent in shape)
            length *= extent;
        var items = new T[length];
        for (int filled = 0; filled < items.Length;)
        {
            int count = Math.Min(items.Length - filled, Period - _offset);
            _numbers.AsSpan(_offset, count).CopyTo(items.AsSpan(filled));
            filled += count;
            _offset = (_offset + count) % Period;
        }

        _offset = (_offset + Gap) % Period;
        return DeviceTensor<T>.From(items, shape, device);
    }

    private static T[] Numbers(Func<double, T> convert)
    {
        var random = new Random(1);
        var numbers = new T[Period];
        foreach (ref T number in numbers.AsSpan())
            number = convert(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble()));
        return numbers;
    }
}
