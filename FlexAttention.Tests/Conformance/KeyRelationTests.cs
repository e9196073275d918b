using System.Reflection;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Conformance;

/// <summary>
/// A key or a query in two parts means what the int means: exactly, whatever it is compared with, and to rounding in a bias.
/// </summary>
[Category("Gpu")]
public sealed class KeyRelationTests
{
    private const int Count = 4096;

    private static readonly int[] Bounds =
        [0, 1, -1, 255, -255, 1024, 1 << 24, int.MaxValue, int.MaxValue - 1, int.MinValue, int.MinValue + 1, 1 << 30, -(1 << 30)];

    private readonly Random _random = new(11);
    private CudaDevice _gpu = null!;

    private delegate float Relations(float score, int b, int h, int q, int kv, int x);

    private delegate bool SetRelations(int b, int h, int q, int kv, int x, int relation);

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void EveryRelation_IsExact([ValueSource(nameof(Bounds))] int x)
    {
        Check(typeof(KeyRelations.OfKeyKernel), KeyRelations.OfKey, x, near: x);
        Check(typeof(KeyRelations.OfQueryKernel), KeyRelations.OfQuery, x, near: x);
        Check(typeof(KeyRelations.OfDistanceKernel), KeyRelations.OfDistance, x, near: 0);
        Check(typeof(KeyRelations.OfReverseKernel), KeyRelations.OfReverse, x, near: 0);
        Check(typeof(KeyRelations.OfMagnitudeKernel), KeyRelations.OfMagnitude, x, near: 0);
    }

    [Test]
    public void EveryRelationOfASet_IsExact([ValueSource(nameof(Bounds))] int x, [Range(0, 5)] int relation)
    {
        Check(typeof(KeyRelations.SetOfKeysKernel), KeyRelations.SetOfKeys, x, relation, near: x);
        Check(typeof(KeyRelations.SetOfDistancesKernel), KeyRelations.SetOfDistances, x, relation, near: 0);
        Check(typeof(KeyRelations.SetOfReversesKernel), KeyRelations.SetOfReverses, x, relation, near: 0);
        Check(typeof(KeyRelations.SetOfMagnitudesKernel), KeyRelations.SetOfMagnitudes, x, relation, near: 0);
    }

    [Test]
    public void Biases_AreGoodToRounding([Values(0.25f, 0.7f, -1f / 3)] float slope)
    {
        VariantPoint[] points = [.. Enumerable.Range(0, Count).Select(_ => Point(_random.Next(1 << 17), _random.Next(1 << 17)))];

        EvaluatedPoint[] results = Evaluate(typeof(KeyRelations.BiasesKernel), slope, points);

        for (int i = 0; i < Count; i++)
        {
            double expected = KeyRelations.Biases(points[i].Score, 0, 0, points[i].Q, points[i].Kv, slope);
            double tolerance = (Math.Max(points[i].Q, points[i].Kv) * 1e-6) + 1e-4;
            Assert.That(results[i].HookScore, Is.EqualTo(expected).Within(tolerance), $"{points[i]}");
        }
    }

    private void Check(Type kernel, Relations method, int x, int near)
    {
        VariantPoint[] points = [.. Enumerable.Range(0, Count).Select(_ => DrawPoint(x, near))];
        EvaluatedPoint[] results = Evaluate(kernel, x, points);
        for (int i = 0; i < Count; i++)
        {
            float expected = method(0, 0, 0, points[i].Q, points[i].Kv, x);
            Assert.That(results[i].Score, Is.EqualTo(expected), $"{points[i]}");
            Assert.That(results[i].HookScore, Is.EqualTo(expected), $"{points[i]}, hooks");
        }
    }

    private void Check(Type kernel, SetRelations method, int x, int relation, int near)
    {
        VariantPoint[] points = [.. Enumerable.Range(0, Count).Select(_ => DrawPoint(x, near))];
        EvaluatedPoint[] results = Evaluate(kernel, [x, relation], points);
        for (int i = 0; i < Count; i++)
            Assert.That(results[i].HookKept, Is.EqualTo(method(0, 0, points[i].Q, points[i].Kv, x, relation)), $"{points[i]}");
    }

    private EvaluatedPoint[] Evaluate(Type kernel, object capture, VariantPoint[] points) => Evaluate(kernel, [capture], points);

    /// <summary>Evaluates the variant of a kernel class, whose struct is known at run time only, with its captures.</summary>
    private EvaluatedPoint[] Evaluate(Type kernel, object[] captures, VariantPoint[] points)
    {
        object variant = kernel.GetMethod("Bind", BindingFlags.NonPublic | BindingFlags.Static)!.Invoke(null, [_gpu, .. captures])!;
        MethodInfo evaluate = typeof(CudaEvaluator).GetMethod(nameof(CudaEvaluator.Evaluate))!.MakeGenericMethod(variant.GetType());
        return (EvaluatedPoint[])evaluate.Invoke(null, BindingFlags.DoNotWrapExceptions, null, [_gpu, variant, points, MathMode.Exact], null)!;
    }

    /// <summary>Queries and keys of all sizes, many of them so that a relation with the bound is about to change.</summary>
    private VariantPoint DrawPoint(int x, int near)
    {
        int q = Index(_random.Next(4) == 0 ? int.MaxValue - _random.Next(300) : (long)_random.Next(1 << _random.Next(1, 31)));
        return _random.Next(5) switch
        {
            0 => Point(q, Index((long)near + _random.Next(-2, 3))),
            1 => Point(q, Index((long)q + x + _random.Next(-2, 3))),
            2 => Point(q, Index((long)q - x + _random.Next(-2, 3))),
            3 => Point(Index((long)near + _random.Next(-2, 3)), q),
            _ => Point(q, Index(_random.NextInt64(1L << 31))),
        };
    }

    /// <summary>An index is less than a length, which is an int.</summary>
    private static int Index(long value) => (int)Math.Clamp(value, 0, int.MaxValue - 1);

    private static VariantPoint Point(int q, int kv) => new(0, 0, 0, q, kv);
}
