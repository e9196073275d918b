namespace FlexAttention.Compilation;

/// <summary>What to compile for.</summary>
/// <param name="Option">NVRTC's name: sm_80, sm_90a, or compute_90 for PTX that the driver compiles further.</param>
/// <param name="Family">The family of GPUs, <c>kArch</c> in flex/config.cuh: 80, 86, 89 or 90.</param>
internal readonly record struct GpuArchitecture(string Option, int Family)
{
    public static GpuArchitecture Sm80 { get; } = new("sm_80", 80);

    public static GpuArchitecture Sm86 { get; } = new("sm_86", 86);

    public static GpuArchitecture Sm89 { get; } = new("sm_89", 89);

    /// <summary>Hopper; the <c>a</c> stands for the instructions that only this generation has.</summary>
    public static GpuArchitecture Sm90a { get; } = new("sm_90a", 90);

    /// <summary>Whether the instructions of Hopper alone, such as wgmma, can be compiled.</summary>
    public bool IsHopper => this == Sm90a;

    /// <summary>Whether the image is PTX rather than machine code.</summary>
    public bool IsPtx => Option.StartsWith("compute_", StringComparison.Ordinal);

    /// <summary>The architecture of a GPU, given what NVRTC knows.</summary>
    public static GpuArchitecture Of(Version computeCapability, ReadOnlySpan<int> supported)
    {
        int number = (computeCapability.Major * 10) + computeCapability.Minor;
        if (number < 80)
            throw new NotSupportedException($"The kernels need compute capability 8.0; this GPU has {computeCapability}.");
        int family = number switch
        {
            90 => 90,
            // 99 KB of shared memory a block, not 163: smaller tiles.
            86 => 86,
            89 or >= 120 => 89,
            // Newer data-centre GPUs run the common family until they have their own.
            _ => 80,
        };
        if (supported.Contains(number))
            return new GpuArchitecture(number == 90 ? "sm_90a" : $"sm_{number}", family);

        // A GPU newer than this NVRTC: PTX of the newest architecture that it knows.
        int newest = 80;
        foreach (int candidate in supported)
            newest = candidate < number ? Math.Max(newest, candidate) : newest;
        return new GpuArchitecture($"compute_{newest}", family);
    }
}
