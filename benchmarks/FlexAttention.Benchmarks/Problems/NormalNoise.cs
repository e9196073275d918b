namespace FlexAttention.Benchmarks.Problems;

/// <summary>Tensors of normal numbers, as the peers are given; the GPU's clock depends on the data.</summary>
internal sealed class NormalNoise
{
    /// <summary>The numbers repeat after this many, a prime, to save time: no two rows of a head are alike.</summary>
    private const int Period = 1048583;

    private readonly BFloat16[] _numbers = new BFloat16[Period];
    private int _offset;

    public NormalNoise()
    {
        var random = new Random(1);
        foreach (ref BFloat16 number in _numbers.AsSpan())
            number = BFloat16.FromSingle((float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble())));
    }

    /// <summary>A tensor unlike the ones before.</summary>
    public DeviceTensor<BFloat16> Next(CudaDevice gpu, long[] shape)
    {
        var items = new BFloat16[shape.Aggregate(1L, (product, length) => product * length)];
        for (int filled = 0; filled < items.Length;)
        {
            int count = Math.Min(items.Length - filled, Period - _offset);
            _numbers.AsSpan(_offset, count).CopyTo(items.AsSpan(filled));
            filled += count;
            _offset = (_offset + count) % Period;
        }

        return DeviceTensor<BFloat16>.From(items, shape, gpu);
    }
}
