using FlexAttention.Cpu;

namespace FlexAttention.Tests.Gradients;

/// <summary>
/// The gradients of attention by their definition, in double, with the whole matrix of pairs: what kernels are measured
/// against. The score's derivative is found by values of the score alone.
/// </summary>
internal sealed class ReferenceGradients
{
    private const double Step = 1e-3;

    private readonly ReferenceAttention _problem;
    private readonly double[] _dOutput;
    private readonly double[]? _dLse;
    private readonly ReferenceOutput _output;

    private ReferenceGradients(ReferenceAttention problem, double[] dOutput, double[]? dLse)
    {
        (_problem, _dOutput, _dLse) = (problem, dOutput, dLse);
        _output = problem.Compute();
        AttentionShape shape = problem.Shape;
        Dq = new double[problem.Q.Length];
        Dk = new double[problem.K.Length];
        Dv = new double[problem.V.Length];
        DSinks = new double[shape.QHeads];
        Scores = new double[shape.Rows * shape.KvLength];
        DScores = new double[shape.Rows * shape.KvLength];
        Derivatives = new double[shape.Rows * shape.KvLength];
        Magnitudes = new double[shape.Rows * shape.KvLength];
        SinkMagnitudes = new double[shape.QHeads];
    }

    public double[] Dq { get; }

    public double[] Dk { get; }

    public double[] Dv { get; }

    public double[] DSinks { get; }

    /// <summary>The scores that enter the score method, by row and key.</summary>
    public double[] Scores { get; }

    /// <summary>The gradients of the scores that leave it; zero for pairs that are masked.</summary>
    public double[] DScores { get; }

    /// <summary>The derivatives of the score method; zero for pairs that are masked.</summary>
    public double[] Derivatives { get; }

    /// <summary>
    /// The sizes of the terms that <see cref="DScores"/> are sums of, which may cancel: what rounding errors are relative to.
    /// </summary>
    public double[] Magnitudes { get; }

    /// <summary>The same for <see cref="DSinks"/>.</summary>
    public double[] SinkMagnitudes { get; }

    /// <summary>Computes the gradients of <c>sum(output * dOutput) + sum(lse * dLse)</c>.</summary>
    public static ReferenceGradients Compute(ReferenceAttention problem, double[] dOutput, double[]? dLse = null)
    {
        var gradients = new ReferenceGradients(problem, dOutput, dLse);
        for (int row = 0; row < problem.Shape.Rows; row++)
            gradients.AddRow(row);
        return gradients;
    }

    /// <summary>The gradient of something that the score method reads, by the derivative of the method by it.</summary>
    public double Of(ScoreFunction derivative) => Of(derivative, out _);

    /// <summary>The same with the size of the terms that it is a sum of.</summary>
    public double Of(ScoreFunction derivative, out double magnitude)
    {
        double sum = 0;
        magnitude = 0;
        for (int i = 0; i < DScores.Length; i++)
        {
            (int b, int h, int q) = _problem.Shape.Decode(i / _problem.Shape.KvLength);
            if (Magnitudes[i] == 0)
                continue;
            double byIt = derivative(Scores[i], b, h, q, i % _problem.Shape.KvLength);
            sum += DScores[i] * byIt;
            magnitude += Magnitudes[i] * Math.Abs(byIt);
        }

        return sum;
    }

    private void AddRow(int row)
    {
        (int b, int h, int q) = _problem.Shape.Decode(row);
        double lse = _output.Lse[row];
        if (double.IsNegativeInfinity(lse))
            return;
        double delta = Dot(_output.Output, row, _dOutput, row, _problem.Shape.ValueDim) - (_dLse?[row] ?? 0);
        double deltaMagnitude = MagnitudeOfDot(_output.Output, row, _dOutput, row, _problem.Shape.ValueDim) + Math.Abs(_dLse?[row] ?? 0);
        if (_problem.Sinks is { } sinks)
        {
            DSinks[h] -= Math.Exp(sinks[h] - lse) * delta;
            SinkMagnitudes[h] += Math.Exp(sinks[h] - lse) * deltaMagnitude;
        }

        for (int kv = 0; kv < _problem.Shape.KvLength; kv++)
        {
            if (_problem.Mask is null || _problem.Mask(b, h, q, kv))
                AddPair(row, _problem.Shape.KeyRow(b, h, kv), delta, deltaMagnitude, lse, (b, h, q, kv));
        }
    }

    private void AddPair(int row, int key, double delta, double deltaMagnitude, double lse, (int B, int H, int Q, int Kv) at)
    {
        AttentionShape shape = _problem.Shape;
        double score = _problem.ScaleInUse * Dot(_problem.Q, row, _problem.K, key, shape.HeadDim);
        double weight = Math.Exp(Score(score, at) - lse);
        if (weight == 0)
            return;
        double dScore = weight * (Dot(_dOutput, row, _problem.V, key, shape.ValueDim) - delta);
        int pair = (row * shape.KvLength) + at.Kv;
        (Scores[pair], DScores[pair]) = (score, dScore);
        Magnitudes[pair] = weight * (MagnitudeOfDot(_dOutput, row, _problem.V, key, shape.ValueDim) + deltaMagnitude);
        double derivative = FiniteDifference.Of(step => Score(score + step, at), Step);
        Derivatives[pair] = derivative;
        AddScaled(weight, _dOutput, row, Dv, key, shape.ValueDim);
        AddScaled(dScore * derivative * _problem.ScaleInUse, _problem.K, key, Dq, row, shape.HeadDim);
        AddScaled(dScore * derivative * _problem.ScaleInUse, _problem.Q, row, Dk, key, shape.HeadDim);
    }

    private double Score(double score, (int B, int H, int Q, int Kv) at) =>
        _problem.Score is null ? score : _problem.Score(score, at.B, at.H, at.Q, at.Kv);

    private static double Dot(double[] x, int xRow, double[] y, int yRow, int count)
    {
        double sum = 0;
        for (int d = 0; d < count; d++)
            sum += x[(xRow * count) + d] * y[(yRow * count) + d];
        return sum;
    }

    private static double MagnitudeOfDot(double[] x, int xRow, double[] y, int yRow, int count)
    {
        double sum = 0;
        for (int d = 0; d < count; d++)
            sum += Math.Abs(x[(xRow * count) + d] * y[(yRow * count) + d]);
        return sum;
    }

    private static void AddScaled(double factor, double[] x, int xRow, double[] sum, int sumRow, int count)
    {
        for (int d = 0; d < count; d++)
            sum[(sumRow * count) + d] += factor * x[(xRow * count) + d];
    }
}
