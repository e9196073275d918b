using System.Reflection;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>
/// The gradient hooks of random scores against differences of their values, which the kernels in double give. Points where the values
/// bend or jump within a step are left out.
/// </summary>
public sealed class RandomGradientTests
{
    private const int LeastVariants = 200;

    /// <summary>The share of all points that must be left.</summary>
    private const double LeastShare = 0.6;

    /// <summary>How much a derivative may be off, relative to 1 and itself.</summary>
    private const double Tolerance = 2e-3;

    private readonly RandomCaptures _captures = new(seed: 9);
    private int _checked;
    private int _points;

    [Test]
    public void Hooks_AgreeWithDifferences() => CheckAll(nameof(CheckLanes));

    [Test, Category("Gpu")]
    public void CudaHooks_AgreeWithDifferences()
    {
        CudaDevice gpu = Requires.Gpu();
        ForwardConfig config = ForwardConfig.Plain(gpu.Architecture, MathMode.Exact);
        // Compilation takes most of the time, and can be done by all processors.
        Parallel.ForEach(
            RandomVariantTests.Assembly.Value.Variants.Where(variant => !variant.Source.IsMask),
            variant => KernelCache.Get(KernelUnit.Of(variant.Descriptor, KernelKind.EvaluateGradient, config, gpu.Architecture)));
        CheckAll(nameof(CheckCuda));
    }

    private void CheckAll(string check)
    {
        LoadedVariant[] scores = [.. RandomVariantTests.Assembly.Value.Variants.Where(variant => !variant.Source.IsMask)];
        Assert.That(scores, Has.Length.GreaterThanOrEqualTo(LeastVariants));
        foreach (LoadedVariant variant in scores)
        {
            GetType().GetMethod(check, BindingFlags.NonPublic | BindingFlags.Instance)!
                .MakeGenericMethod(variant.Struct)
                .Invoke(this, BindingFlags.DoNotWrapExceptions, null, [variant], null);
        }

        Assert.That(_checked, Is.GreaterThan(LeastShare * _points));
    }

    private void CheckLanes<TVariant>(LoadedVariant loaded)
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Check<TVariant>(loaded, (points, weights) => Hooks<TVariant>(loaded, points, weights));

    private void CheckCuda<TVariant>(LoadedVariant loaded)
        where TVariant : unmanaged, IAttentionVariant<TVariant> =>
        Check<TVariant>(loaded, (points, weights) => [CudaHooks<TVariant>(loaded, points, weights)]);

    private void Check<TVariant>(LoadedVariant loaded, Func<VariantPoint[], double[], IEnumerable<HookGradients>> evaluate)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        VariantPoint[] points = Moved(VariantPoints.Draw(loaded.Source.Seed), 0);
        var random = new Random(loaded.Source.Seed);
        int[,] direction = new int[RandomVariantWriter.TableLength, RandomVariantWriter.TableLength];
        for (int i = 0; i < direction.Length; i++)
            direction[i / RandomVariantWriter.TableLength, i % RandomVariantWriter.TableLength] = random.Next(-1, 2);

        double[] steps = [-2, -1, 0, 1, 2];
        PointDifference[] byScore = Differences(points, steps, step => Evaluate<TVariant>(loaded, Moved(points, step), _captures));
        PointDifference[] byX = Differences(points, steps, step => Evaluate<TVariant>(loaded, points, MovedX(step)));
        PointDifference[] byTable = Differences(points, steps, step => Evaluate<TVariant>(loaded, points, MovedTable(direction, step)));
        bool[] isSmooth = [.. points.Select((_, i) => byScore[i].IsSmooth && byX[i].IsSmooth && byTable[i].IsSmooth)];
        double[] weights = [.. isSmooth.Select(smooth => smooth ? (2 * random.NextDouble()) - 1 : 0)];
        _points += points.Length;
        _checked += isSmooth.Count(smooth => smooth);

        foreach (HookGradients actual in evaluate(points, weights))
        {
            for (int i = 0; i < points.Length; i++)
            {
                if (isSmooth[i])
                    Compare(actual.ByScore[i], byScore[i].Slope, 1, $"{actual.Lanes}, by the score at {points[i]}", loaded);
            }

            double scale = Math.Sqrt(points.Length);
            Compare(actual.X, Sum(weights, byX), scale, $"{actual.Lanes}, by x", loaded);
            double alongTable = direction.Cast<int>().Zip(actual.Table.Cast<double>(), (along, gradient) => along * gradient).Sum();
            Compare(alongTable, Sum(weights, byTable), scale, $"{actual.Lanes}, by the table", loaded);
        }
    }

    private IEnumerable<HookGradients> Hooks<TVariant>(LoadedVariant loaded, VariantPoint[] points, double[] weights)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        using var ids = DeviceTensor<int>.From(_captures.Ids);
        using var table = DeviceTensor<float>.From(_captures.Table);
        return [.. GradientEvaluator.Evaluate((TVariant)loaded.Bind(Device.Cpu, _captures, ids, table), points, weights)];
    }

    private HookGradients CudaHooks<TVariant>(LoadedVariant loaded, VariantPoint[] points, double[] weights)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        CudaDevice gpu = Requires.Gpu();
        using var ids = DeviceTensor<int>.From(_captures.Ids, gpu);
        using var table = DeviceTensor<float>.From(_captures.Table, gpu);
        return CudaGradientEvaluator.Evaluate(gpu, (TVariant)loaded.Bind(gpu, _captures, ids, table), points, weights);
    }

    /// <summary>The scores in double.</summary>
    private static double[] Evaluate<TVariant>(LoadedVariant loaded, VariantPoint[] points, RandomCaptures captures)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        using var ids = DeviceTensor<int>.From(captures.Ids);
        using var table = DeviceTensor<float>.From(captures.Table);
        return LaneEvaluator.EvaluateInDouble((TVariant)loaded.Bind(Device.Cpu, captures, ids, table), points);
    }

    private static PointDifference[] Differences(VariantPoint[] points, double[] steps, Func<double, double[]> evaluate)
    {
        double[][] values = [.. steps.Select(evaluate)];
        return [.. points.Select((_, i) => PointDifference.Of([.. values.Select(value => value[i])], RandomCaptures.Step))];
    }

    /// <summary>Points whose scores are multiples of the step, so many steps further.</summary>
    private static VariantPoint[] Moved(VariantPoint[] points, double step) => Array.ConvertAll(
        points, point => point with { Score = (MathF.Round(point.Score / RandomCaptures.Step) + (float)step) * RandomCaptures.Step });

    private RandomCaptures MovedX(double step) => new(seed: 9) { X = _captures.X + (float)(step * RandomCaptures.Step) };

    private RandomCaptures MovedTable(int[,] direction, double step)
    {
        var table = (float[,])_captures.Table.Clone();
        for (int i = 0; i < table.GetLength(0); i++)
        {
            for (int j = 0; j < table.GetLength(1); j++)
                table[i, j] += (float)(direction[i, j] * step * RandomCaptures.Step);
        }

        return new RandomCaptures(seed: 9) { Table = table };
    }

    private static double Sum(double[] weights, PointDifference[] differences) =>
        weights.Zip(differences, (weight, difference) => weight == 0 ? 0 : weight * difference.Slope).Sum();

    private static void Compare(double actual, double expected, double scale, string what, LoadedVariant variant)
    {
        if (!(Math.Abs(actual - expected) <= Tolerance * (scale + Math.Abs(expected))))
            Assert.Fail($"{what}: {actual}, differences give {expected}, of {variant}\n{variant.Descriptor.CpuSource}");
    }
}
