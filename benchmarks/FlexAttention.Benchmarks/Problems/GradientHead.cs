namespace FlexAttention.Benchmarks.Problems;

/// <summary>One query head of a backward problem in double, with the keys that it sees: its pairs by their definition.</summary>
internal sealed class GradientHead
{
    private readonly Problem _problem;
    private readonly int _b;
    private readonly int _h;
    private readonly double[] _q;
    private readonly double[] _k;
    private readonly double[] _v;
    private readonly double[] _dOutput;
    private readonly float[] _lse;
    private readonly double[] _delta;
    private readonly double _scale;

    /// <summary>Reads a head of the inputs, and the lse and the output that a forward call has left there.</summary>
    public GradientHead(InputSet<BFloat16> inputs, Problem problem, int b, int h)
    {
        (_problem, _b, _h) = (problem, b, h);
        int group = problem.Shape.QHeads / problem.Shape.KvHeads;
        _q = Read(inputs.Q, b, h);
        _k = Read(inputs.K, b, h / group);
        _v = Read(inputs.V, b, h / group);
        _dOutput = Read(inputs.DOutput!, b, h);
        _lse = inputs.Output.Lse!.Slice(0, b, 1).Slice(1, h, 1).ToArray();
        double[] output = Read(inputs.Output.Output, b, h);
        _delta = [.. Enumerable.Range(0, _lse.Length).Select(q => Dot(output, q, _dOutput, q))];
        _scale = 1 / Math.Sqrt(Dimension);
    }

    private int Dimension => _problem.Shape.HeadDim;

    /// <summary>Adds to the gradient of a query what all keys contribute.</summary>
    public void AddQuery(int q, double[] dq)
    {
        for (int kv = 0; kv < _problem.Shape.KvLength; kv++)
            AddScaled(dq, Pair(q, kv).DScore * _scale, _k, kv);
    }

    /// <summary>Adds to the gradients of a key and its value what all queries of the head contribute.</summary>
    public void AddKey(int kv, double[] dk, double[] dv)
    {
        for (int q = 0; q < _lse.Length; q++)
        {
            (double weight, double dScore) = Pair(q, kv);
            AddScaled(dk, dScore * _scale, _q, q);
            AddScaled(dv, weight, _dOutput, q);
        }
    }

    /// <summary>What all pairs with a distance q - kv contribute to the gradient of a number that is added to their products.</summary>
    public double OfDistance(int distance)
    {
        double sum = 0;
        for (int q = Math.Max(0, distance); q < Math.Min(_lse.Length, _problem.Shape.KvLength + distance); q++)
            sum += Pair(q, q - distance).DScore;
        return sum;
    }

    /// <summary>The weight of a pair, and the gradient of its scaled product.</summary>
    private (double Weight, double DScore) Pair(int q, int kv)
    {
        if (_problem.Mask is { } mask && !mask(_b, _h, q, kv))
            return default;
        double product = _scale * Dot(_q, q, _k, kv);
        double score = _problem.Score is { } method ? method(product, _b, _h, q, kv) : product;
        double derivative = _problem.Derivative is { } byProduct ? byProduct(product, _b, _h, q, kv) : 1;
        double weight = Math.Exp(score - _lse[q]);
        return (weight, weight * (Dot(_dOutput, q, _v, kv) - _delta[q]) * derivative);
    }

    private double Dot(double[] x, int xRow, double[] y, int yRow)
    {
        double sum = 0;
        for (int d = 0; d < Dimension; d++)
            sum += x[(xRow * Dimension) + d] * y[(yRow * Dimension) + d];
        return sum;
    }

    private static void AddScaled(double[] sum, double factor, double[] x, int row)
    {
        if (factor == 0)
            return;
        for (int d = 0; d < sum.Length; d++)
            sum[d] += factor * x[(row * sum.Length) + d];
    }

    private static double[] Read(DeviceTensor<BFloat16> tensor, int b, int h) =>
        Array.ConvertAll(tensor.Slice(0, b, 1).Slice(1, h, 1).ToArray(), static element => (double)element.ToSingle());
}
