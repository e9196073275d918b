using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Attention by its definition, in double, with the catalogue's oracles: no generated code takes part.</summary>
internal static class OracleAttention
{
    public static AttentionResult Compute<T>(AttentionProblem<T> problem, VariantInstance variant, float[]? sinks = null)
        where T : unmanaged
    {
        ProblemShape shape = problem.Shape;
        double[] q = Array.ConvertAll(problem.Q, Elements.Widen);
        double[] k = Array.ConvertAll(problem.K, Elements.Widen);
        double[] v = Array.ConvertAll(problem.V, Elements.Widen);
        int rows = shape.Batch * shape.Heads * shape.Queries;
        var result = new AttentionResult(new double[rows * shape.ValueDim], new double[rows], new double[rows]);
        Parallel.For(0, rows, row =>
        {
            int i = row % shape.Queries;
            int h = row / shape.Queries % shape.Heads;
            int b = row / shape.Queries / shape.Heads;
            int keyHead = (b * shape.KvHeads) + (h / (shape.Heads / shape.KvHeads));
            var scores = new double[shape.Keys];
            for (int j = 0; j < shape.Keys; j++)
            {
                double dot = Dot(
                    q.AsSpan(row * shape.HeadDim, shape.HeadDim),
                    k.AsSpan(((keyHead * shape.Keys) + j) * shape.HeadDim, shape.HeadDim));
                scores[j] = variant.OracleKeeps(b, h, i, j)
                    ? variant.OracleScore(problem.Scale * dot, b, h, i, j)
                    : double.NegativeInfinity;
            }

            double max = scores.Append(double.NegativeInfinity).Max();
            double top = sinks is null ? max : Math.Max(max, sinks[h]);
            result.RowMax[row] = max;
            result.Lse[row] = double.NegativeInfinity;
            if (double.IsNegativeInfinity(top))
                return;
            double sum = scores.Sum(score => Math.Exp(score - top)) + (sinks is null ? 0 : Math.Exp(sinks[h] - top));
            result.Lse[row] = top + Math.Log(sum);
            Span<double> output = result.Output.AsSpan(row * shape.ValueDim, shape.ValueDim);
            for (int j = 0; j < shape.Keys; j++)
            {
                double weight = Math.Exp(scores[j] - top) / sum;
                if (weight == 0)
                    continue;
                ReadOnlySpan<double> value = v.AsSpan(((keyHead * shape.Keys) + j) * shape.ValueDim, shape.ValueDim);
                for (int d = 0; d < output.Length; d++)
                    output[d] += weight * value[d];
            }
        });
        return result;
    }

    private static double Dot(ReadOnlySpan<double> x, ReadOnlySpan<double> y)
    {
        double sum = 0;
        for (int d = 0; d < x.Length; d++)
            sum += x[d] * y[d];
        return sum;
    }
}
