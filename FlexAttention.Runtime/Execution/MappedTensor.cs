namespace FlexAttention.Execution;

/// <summary>A tensor [batch, heads, length, dimension] as a tensor map describes it. No kernel is launched without queries.</summary>
internal readonly unsafe struct MappedTensor
{
    public required void* Address { get; init; }

    public required int Batch { get; init; }

    public required int Heads { get; init; }

    public required int Length { get; init; }

    public required int Dimension { get; init; }

    public required RowStrides Strides { get; init; }

    /// <summary>The queries of a problem.</summary>
    public static MappedTensor Q(in ForwardArguments problem) => new()
    {
        Address = problem.Q,
        Batch = problem.Batch,
        Heads = problem.QHeads,
        Length = problem.QLength,
        Dimension = problem.HeadDim,
        Strides = problem.QStrides,
    };

    /// <summary>The output of a problem.</summary>
    public static MappedTensor Output(in ForwardArguments problem) => new()
    {
        Address = problem.Output,
        Batch = problem.Batch,
        Heads = problem.QHeads,
        Length = problem.QLength,
        Dimension = problem.ValueDim,
        Strides = problem.OutputStrides,
    };

    /// <summary>The keys of a problem.</summary>
    public static MappedTensor K(in ForwardArguments problem) => OfKeys(in problem, problem.K, problem.HeadDim, problem.KStrides);

    /// <summary>The values of a problem.</summary>
    public static MappedTensor V(in ForwardArguments problem) => OfKeys(in problem, problem.V, problem.ValueDim, problem.VStrides);

    /// <summary>The gradient of the output.</summary>
    public static MappedTensor DOutput(in BackwardArguments problem) =>
        Output(in problem.Forward) with { Address = problem.DOutput, Strides = problem.DOutputStrides };

    /// <summary>A dense result of the keys' or values' form.</summary>
    public static MappedTensor DenseKeys(in ForwardArguments problem, void* address, int dimension) =>
        OfKeys(in problem, address, dimension, RowStrides.Dense(problem.KvHeads, problem.KvLength, dimension));

    /// <summary>A map has no empty dimension. Without keys its place is taken by one row of q, which no kernel reads.</summary>
    private static MappedTensor OfKeys(in ForwardArguments problem, void* address, int dimension, RowStrides strides) => new()
    {
        Address = problem.KvLength == 0 ? problem.Q : address,
        Batch = problem.KvLength == 0 ? 1 : problem.Batch,
        Heads = problem.KvLength == 0 ? 1 : problem.KvHeads,
        Length = Math.Max(problem.KvLength, 1),
        Dimension = dimension,
        Strides = strides,
    };
}
