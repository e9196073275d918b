using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>
/// Attention as one would write it with matrices in the element type: scores, weights and result are rounded to it, sums
/// are kept in float. Its error is what a fused kernel is measured by.
/// </summary>
internal static class NaiveAttention
{
    public static AttentionResult Compute<T>(AttentionProblem<T> problem, VariantInstance variant)
        where T : unmanaged
    {
        ProblemShape shape = problem.Shape;
        float[] q = Array.ConvertAll(problem.Q, Widen);
        float[] k = Array.ConvertAll(problem.K, Widen);
        float[] v = Array.ConvertAll(problem.V, Widen);
        int rows = shape.Batch * shape.Heads * shape.Queries;
        var result = new AttentionResult(new double[rows * shape.ValueDim], new double[rows], new double[rows]);
        Parallel.For(0, rows, row =>
        {
            int i = row % shape.Queries;
            int h = row / shape.Queries % shape.Heads;
            int b = row / shape.Queries / shape.Heads;
            int keyHead = (b * shape.KvHeads) + (h / (shape.Heads / shape.KvHeads));
            var weights = new float[shape.Keys];
            for (int j = 0; j < shape.Keys; j++)
            {
                float dot = Dot(
                    q.AsSpan(row * shape.HeadDim, shape.HeadDim),
                    k.AsSpan(((keyHead * shape.Keys) + j) * shape.HeadDim, shape.HeadDim));
                float score = Elements.RoundTrip<T>(problem.Scale * dot);
                weights[j] = variant.MethodKeeps(b, h, i, j)
                    ? Elements.RoundTrip<T>(variant.MethodScore(score, b, h, i, j))
                    : float.NegativeInfinity;
            }

            float max = weights.Append(float.NegativeInfinity).Max();
            result.RowMax[row] = max;
            result.Lse[row] = double.NegativeInfinity;
            if (float.IsNegativeInfinity(max))
                return;
            float sum = 0;
            foreach (ref float weight in weights.AsSpan())
                sum += weight = MathF.Exp(weight - max);
            result.Lse[row] = max + MathF.Log(sum);
            for (int d = 0; d < shape.ValueDim; d++)
            {
                float output = 0;
                for (int j = 0; j < shape.Keys; j++)
                    output += Elements.RoundTrip<T>(weights[j] / sum) * v[(((keyHead * shape.Keys) + j) * shape.ValueDim) + d];
                result.Output[(row * shape.ValueDim) + d] = Elements.RoundTrip<T>(output);
            }
        });
        return result;
    }

    private static float Widen<T>(T value)
        where T : unmanaged => (float)Elements.Widen(value);

    private static float Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
    {
        float sum = 0;
        for (int d = 0; d < x.Length; d++)
            sum += x[d] * y[d];
        return sum;
    }
}
