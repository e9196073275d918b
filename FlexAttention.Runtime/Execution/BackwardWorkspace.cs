using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>How the memory is divided that the kernels of a backward call share.</summary>
internal readonly unsafe struct BackwardWorkspace
{
    /// <summary>Rows are filled up to a multiple of the largest tile: <c>flex::kRowMultiple</c>.</summary>
    public const int RowMultiple = 128;

    /// <summary>The rows of a flag in the list of damage: <c>flex::kDamageRows</c>.</summary>
    public const int DamageRows = 64;

    /// <summary>Rows of sums for the queries are filled up to a multiple of this many floats.</summary>
    private const int SumColumns = 64;

    /// <summary>A buffer starts on a multiple of this many bytes.</summary>
    private const int Alignment = 256;

    private readonly long _rows;

    /// <summary>Plans the memory of a problem.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="config">What its kernels are specialised by; with the tile that is used.</param>
    /// <param name="captureElements">The elements of all gradients of captures.</param>
    public BackwardWorkspace(in ForwardArguments problem, in BackwardConfig config, long captureElements)
    {
        int paddedRows = ToInt(Rounding.Up((long)problem.QLength, RowMultiple));
        long queryHeads = (long)problem.Batch * problem.QHeads, keyHeads = (long)problem.Batch * problem.KvHeads;
        _rows = queryHeads * paddedRows;
        bool addsQueries = config.Tile.Family == KernelFamily.Hopper && config.Gradients.HasAny(GradientKinds.Query);
        bool sumsCaptures = config.Reproducible && config.Gradients.HasAny(GradientKinds.Captures);
        Counts = new BackwardCounts
        {
            DQSum = addsQueries ? _rows * Rounding.Up(config.HeadDim, SumColumns) : 0,
            CaptureSums = sumsCaptures ? captureElements : 0,
            Damage = ToInt(
                (queryHeads * Rounding.CeilingDivide(problem.QLength, DamageRows))
                + (keyHeads * Rounding.CeilingDivide(problem.KvLength, DamageRows))),
            Turns = addsQueries && config.Reproducible ? ToInt(_rows / config.Tile.BlockM * HopperBackward.Parts(config.Tile)) : 0,
            PaddedRows = paddedRows,
        };
    }

    /// <summary>The elements of the buffers.</summary>
    public BackwardCounts Counts { get; }

    /// <summary>The bytes of all buffers.</summary>
    public long Bytes => (long)Place(0, out _);

    /// <summary>The buffers in memory that starts at an address.</summary>
    public BackwardBuffers At(nint address)
    {
        Place(address, out BackwardBuffers buffers);
        return buffers;
    }

    /// <summary>Places one buffer after the other; gives the end.</summary>
    private byte* Place(nint address, out BackwardBuffers buffers)
    {
        byte* next = (byte*)address;
        buffers = new BackwardBuffers
        {
            LseLog2 = Take<float>(ref next, _rows),
            Delta = Take<float>(ref next, _rows),
            DQSum = Take<float>(ref next, Counts.DQSum),
            Damage = Take<uint>(ref next, Counts.Damage),
            Turns = Take<uint>(ref next, Counts.Turns),
            CaptureSums = Take<FixedSum>(ref next, Counts.CaptureSums),
            Largest = Take<uint>(ref next, Counts.CaptureSums > 0 ? 1 : 0),
        };
        return next;
    }

    private static T* Take<T>(ref byte* next, long count)
        where T : unmanaged
    {
        if (count == 0)
            return null;
        var buffer = (T*)next;
        next += Rounding.Up(checked(count * sizeof(T)), Alignment);
        return buffer;
    }

    private static int ToInt(long count) => count <= int.MaxValue
        ? (int)count
        : throw new NotSupportedException($"{count} rows, or flags of rows, are more than a backward call can count: split the batch, the heads or the queries.");
}
