namespace FlexAttention.Benchmarks.Problems;

/// <summary>
/// Several sets of inputs and outputs, to be used in turn: together larger than the GPU's L2 cache, so that every call
/// reads from memory, as in a model.
/// </summary>
internal sealed class InputSets : IDisposable
{
    private const int MinimumSets = 2;
    private const int MaximumSets = 16;
    private const long TargetBytes = 512L << 20;

    private readonly InputSet<BFloat16>[] _sets;

    /// <summary>Makes the sets.</summary>
    /// <param name="gpu">The GPU.</param>
    /// <param name="shape">The extents.</param>
    /// <param name="backward">Whether the outputs have an lse and a gradient.</param>
    public InputSets(CudaDevice gpu, ProblemShape shape, bool backward = false)
    {
        var noise = new NormalNoise<BFloat16>(static number => (BFloat16)number);
        _sets = new InputSet<BFloat16>[CountFor(shape.Bytes)];
        for (int i = 0; i < _sets.Length; i++)
        {
            _sets[i] = new InputSet<BFloat16>(
                noise.Next(gpu, shape.Queries),
                noise.Next(gpu, shape.Keys),
                noise.Next(gpu, shape.Keys),
                new AttentionOutput<BFloat16>(
                    DeviceTensor<BFloat16>.Create(gpu, shape.Queries), backward ? DeviceTensor<float>.Create(gpu, shape.Rows) : null))
            {
                DOutput = backward ? noise.Next(gpu, shape.Queries) : null,
            };
        }
    }

    /// <summary>All sets.</summary>
    public IReadOnlyList<InputSet<BFloat16>> All => _sets;

    /// <summary>The set for a call.</summary>
    public InputSet<BFloat16> this[int call] => _sets[call % _sets.Length];

    /// <summary>How many sets of the given size exceed any L2 cache several times.</summary>
    public static int CountFor(long bytes) => (int)Math.Clamp(TargetBytes / bytes, MinimumSets, MaximumSets);

    public void Dispose()
    {
        foreach (InputSet<BFloat16> set in _sets)
            set.Dispose();
    }
}
