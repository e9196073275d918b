namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>
/// Three sets of inputs and outputs, to be used in turn: together larger than the GPU's L2 cache, so that every call reads
/// from memory, as in a model.
/// </summary>
internal sealed class ForwardInputs : IDisposable
{
    private const int Sets = 3;
    private const int NoisePeriod = (1 << 20) + 7;

    private readonly Set[] _sets;

    public ForwardInputs(CudaDevice gpu, ForwardShape shape)
    {
        _sets = new Set[Sets];
        var noise = new BFloat16[shape.Lengths.Aggregate(1L, (product, length) => product * length)];
        for (int i = 0; i < Sets; i++)
            _sets[i] = new Set(Noise(3 * i), Noise((3 * i) + 1), Noise((3 * i) + 2), Output());

        DeviceTensor<BFloat16> Noise(int seed)
        {
            Fill(noise, seed);
            return DeviceTensor<BFloat16>.From(noise, shape.Lengths, gpu);
        }

        AttentionOutput<BFloat16> Output() => new(DeviceTensor<BFloat16>.Create(gpu, shape.Lengths));
    }

    /// <summary>The set for a call.</summary>
    public Set this[int call] => _sets[call % Sets];

    public void Dispose()
    {
        foreach (Set set in _sets)
            set.Dispose();
    }

    /// <summary>Normal numbers, as the peers are given; the GPU's clock depends on the data. They repeat, to save time.</summary>
    private static void Fill(Span<BFloat16> items, int seed)
    {
        var random = new Random(seed);
        Span<BFloat16> period = items[..Math.Min(items.Length, NoisePeriod)];
        foreach (ref BFloat16 item in period)
            item = BFloat16.FromSingle((float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(Math.Tau * random.NextDouble())));
        for (int start = period.Length; start < items.Length; start += period.Length)
            period[..Math.Min(period.Length, items.Length - start)].CopyTo(items[start..]);
    }

    internal sealed record Set(
        DeviceTensor<BFloat16> Q, DeviceTensor<BFloat16> K, DeviceTensor<BFloat16> V, AttentionOutput<BFloat16> Output) : IDisposable
    {
        public void Dispose()
        {
            Q.Dispose();
            K.Dispose();
            V.Dispose();
            Output.Dispose();
        }
    }
}
