using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Problems;

/// <summary>
/// Some rows of a problem's result in double, computed on the host from the same inputs: what the error of a kernel is taken
/// against. Rows of the first and the last head, their first and last queries among them, and some by chance.
/// </summary>
internal sealed class SampledReference
{
    private const int RandomHeads = 2;
    private const int RandomQueries = 4;

    private readonly Row[] _rows;

    private SampledReference(Row[] rows) => _rows = rows;

    /// <summary>Computes the rows.</summary>
    public static SampledReference Of(Problem problem, InputSet inputs)
    {
        var random = new Random(2);
        ProblemShape shape = problem.Shape;
        IEnumerable<(int B, int H)> heads =
        [
            (0, 0),
            (shape.Batch - 1, shape.QHeads - 1),
            .. Enumerable.Range(0, RandomHeads).Select(_ => (random.Next(shape.Batch), random.Next(shape.QHeads))),
        ];
        return new([.. heads.Distinct().SelectMany(head => RowsOf(problem, inputs, head.B, head.H, random))]);
    }

    /// <summary>The largest absolute error of the rows after a new call; infinite where a row was not written or is not finite.</summary>
    public double ErrorOf(InputSet inputs, Action call)
    {
        foreach (Row row in _rows)
            row.In(inputs).CopyFrom(Enumerable.Repeat(BFloat16.NaN, row.Expected.Length).ToArray());
        call();
        return _rows.Select(row => row.ErrorOf(row.In(inputs).ToArray())).Aggregate(Math.Max);
    }

    private static Row[] RowsOf(Problem problem, InputSet inputs, int b, int h, Random random)
    {
        ProblemShape shape = problem.Shape;
        int kvHead = h / (shape.QHeads / shape.KvHeads);
        var reference = ReferenceAttention.Of(
            inputs.Q.Slice(0, b, 1).Slice(1, h, 1),
            inputs.K.Slice(0, b, 1).Slice(1, kvHead, 1),
            inputs.V.Slice(0, b, 1).Slice(1, kvHead, 1),
            problem.Score is { } score ? (value, _, _, q, kv) => score(value, b, h, q, kv) : null,
            problem.Mask is { } mask ? (_, _, q, kv) => mask(b, h, q, kv) : null);
        int[] queries =
        [
            0,
            shape.QLength - 1,
            .. Enumerable.Range(0, RandomQueries).Select(_ => random.Next(shape.QLength)),
        ];
        return [.. queries.Distinct().AsParallel().Select(q =>
        {
            var expected = new double[shape.HeadDim];
            reference.ComputeRow(0, 0, q, expected);
            return new Row(b, h, q, expected);
        })];
    }

    private sealed record Row(int B, int H, int Q, double[] Expected)
    {
        public DeviceTensor<BFloat16> In(InputSet inputs) => inputs.Output.Output.Slice(0, B, 1).Slice(1, H, 1).Slice(2, Q, 1);

        public double ErrorOf(BFloat16[] actual)
        {
            // Math.Max lets NaN through; Enumerable.Max would drop it.
            double error = actual.Zip(Expected, (a, e) => Math.Abs(a - e)).Aggregate(Math.Max);
            return double.IsFinite(error) ? error : double.PositiveInfinity;
        }
    }
}
