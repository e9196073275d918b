using FlexAttention.Cpu;

namespace FlexAttention.Benchmarks.Problems;

/// <summary>
/// Some rows of a result in double, computed on the host from the same inputs: what the error of a kernel is taken
/// against. Rows of the first and the last head, their first and last queries among them, and some by chance.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
internal sealed class SampledReference<T>
    where T : unmanaged
{
    private const int RandomHeads = 2;
    private const int RandomQueries = 4;

    private readonly DeviceTensor<T> _output;
    private readonly T _poison;
    private readonly Func<T, double> _widen;
    private readonly Row[] _rows;

    /// <summary>Computes the rows.</summary>
    /// <param name="inputs">The tensors of the calls to check.</param>
    /// <param name="score">The score method.</param>
    /// <param name="mask">The mask method.</param>
    /// <param name="poison">What a row holds that was not written: not a number.</param>
    /// <param name="widen">An element as a double.</param>
    public SampledReference(InputSet<T> inputs, ScoreFunction? score, MaskFunction? mask, T poison, Func<T, double> widen)
    {
        _output = inputs.Output.Output;
        _poison = poison;
        _widen = widen;
        var random = new Random(2);
        int batch = (int)_output.Shape[0], heads = (int)_output.Shape[1];
        IEnumerable<(int B, int H)> sampled =
        [
            (0, 0),
            (batch - 1, heads - 1),
            .. Enumerable.Range(0, RandomHeads).Select(_ => (random.Next(batch), random.Next(heads))),
        ];
        _rows = [.. sampled.Distinct().SelectMany(head => RowsOf(inputs, score, mask, head.B, head.H, random))];
    }

    /// <summary>The largest absolute error of the rows after a new call; infinite where a row was not written or is not finite.</summary>
    public double ErrorOf(Action call)
    {
        foreach (Row row in _rows)
            TensorOf(row).CopyFrom(Enumerable.Repeat(_poison, row.Expected.Length).ToArray());
        call();
        return _rows.Select(ErrorOf).Aggregate(Math.Max);
    }

    private double ErrorOf(Row row)
    {
        // Math.Max lets NaN through; Enumerable.Max would drop it.
        double error = TensorOf(row).ToArray().Zip(row.Expected, (actual, expected) => Math.Abs(_widen(actual) - expected)).Aggregate(Math.Max);
        return double.IsFinite(error) ? error : double.PositiveInfinity;
    }

    private DeviceTensor<T> TensorOf(Row row) => _output.Slice(0, row.B, 1).Slice(1, row.H, 1).Slice(2, row.Q, 1);

    private static Row[] RowsOf(InputSet<T> inputs, ScoreFunction? score, MaskFunction? mask, int b, int h, Random random)
    {
        int group = (int)(inputs.Q.Shape[1] / inputs.K.Shape[1]), length = (int)inputs.Q.Shape[2], valueDim = (int)inputs.V.Shape[3];
        var reference = ReferenceAttention.Of(
            inputs.Q.Slice(0, b, 1).Slice(1, h, 1),
            inputs.K.Slice(0, b, 1).Slice(1, h / group, 1),
            inputs.V.Slice(0, b, 1).Slice(1, h / group, 1),
            score is null ? null : (value, _, _, q, kv) => score(value, b, h, q, kv),
            mask is null ? null : (_, _, q, kv) => mask(b, h, q, kv));
        int[] queries = [0, length - 1, .. Enumerable.Range(0, RandomQueries).Select(_ => random.Next(length))];
        return [.. queries.Distinct().AsParallel().Select(q =>
        {
            var expected = new double[valueDim];
            reference.ComputeRow(0, 0, q, expected);
            return new Row(b, h, q, expected);
        })];
    }

    private sealed record Row(int B, int H, int Q, double[] Expected);
}
