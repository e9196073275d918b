using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Results;

/// <summary>What a suite's times are compared with the hardware by.</summary>
/// <param name="Unit">Its unit.</param>
/// <param name="Value">The rate of ours in one row.</param>
internal sealed record Rate(string Unit, Func<ResultRow, double> Value)
{
    private static readonly Rate Compute = new("TFLOP/s", row => ShapeOf(row, row.Length).Operations(row.Variant) / row.OursMs / 1e9);

    private static readonly Rate BackwardCompute =
        new("TFLOP/s", row => ShapeOf(row, row.Length).BackwardOperations(row.Variant) / row.OursMs / 1e9);

    /// <summary>One query reads all keys and values: memory is what limits it.</summary>
    private static readonly Rate Memory = new("GB/s", row => ShapeOf(row, queries: 1).Bytes / row.OursMs / 1e6);

    /// <summary>The rate of a suite; null where neither is of interest.</summary>
    public static Rate? Of(string suite) => suite switch
    {
        "forward" => Compute,
        "backward" => BackwardCompute,
        "decode" => Memory,
        _ => null,
    };

    private static ProblemShape ShapeOf(ResultRow row, int queries) =>
        new(row.Batch, row.QHeads, row.KvHeads, queries, row.Length, row.HeadDim);
}
