using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Gradients;

/// <summary>
/// Gradients of elements that many pairs share, where nothing rounds: values and gradients that come in are 0 or 1, and all weights
/// are 2^-8. Not one pair can be missing.
/// </summary>
public sealed class SharedElementTests
{
    private const int Batch = 2;
    private const int Heads = 4;
    private const int KeyHeads = 2;
    private const int Length = 256;
    private const int Dim = 64;

    /// <summary>For the exponential, and the logarithm of the sums.</summary>
    private const double Tolerance = 1e-5;

    private static readonly TileOverride?[] Tiles = [null, new(64, 64, 4, 2), new(32, 128, 4, 1)];

    [Test]
    public void OnTheCpu_EveryPairCounts() => Check<float>(Device.Cpu, new BackwardOptions());

    [Test, Category("Gpu")]
    public void OnTensorCores_EveryPairCounts([ValueSource(nameof(Tiles))] TileOverride? tile, [Values] bool reproducible)
    {
        Check<Half>(Requires.Gpu(), new() { Tile = tile, Reproducible = reproducible });
        Check<BFloat16>(Requires.Gpu(), new() { Tile = tile, Reproducible = reproducible });
    }

    [Test, Category("Gpu")]
    public void OnOrdinaryCores_EveryPairCounts([Values] bool reproducible) =>
        Check<float>(Requires.Gpu(), new() { Reproducible = reproducible });

    private static void Check<T>(Device device, BackwardOptions options)
        where T : unmanaged
    {
        float[] values = Bits(KeyHeads, seed: 1), incoming = Bits(Heads, seed: 2);
        using DeviceTensor<T> q = Tensor<T>(new float[incoming.Length], Heads, device);
        using DeviceTensor<T> k = Tensor<T>(new float[values.Length], KeyHeads, device);
        using DeviceTensor<T> v = Tensor<T>(values, KeyHeads, device);
        using DeviceTensor<T> dOutput = Tensor<T>(incoming, Heads, device);
        using DeviceTensor<float> heads = DeviceTensor<float>.From(new float[Heads], device);
        using DeviceTensor<float> queries = DeviceTensor<float>.From(new float[Heads, Length], device);
        using DeviceTensor<float> keys = DeviceTensor<float>.From(new float[Heads, Length], device);
        using DeviceTensor<float> distances = DeviceTensor<float>.From(new float[2 * Length], device);
        using DeviceTensor<float> pairs = DeviceTensor<float>.From(new float[Length, Length], device);
        using AttentionOutput<T> output = SharedElements.SumKernel.Forward(
            q, k, v, heads, queries, keys, distances, pairs, new ForwardOptions { ReturnLse = true });
        using SharedElements.SumKernel.Gradients<T> actual = SharedElements.SumKernel.Backward(
            q, k, v, heads, queries, keys, distances, pairs, output, dOutput, options);

        var expected = new Sums();
        expected.Add(values, incoming);
        GradientBound.Check(actual.DAll.ToArray(), expected.Heads, Tolerance, "heads");
        GradientBound.Check(actual.DQueries.ToArray(), expected.Queries, Tolerance, "queries");
        GradientBound.Check(actual.DKeys.ToArray(), expected.Keys, Tolerance, "keys");
        GradientBound.Check(actual.DDistances.ToArray(), expected.Distances, Tolerance, "distances");
        GradientBound.Check(actual.DPairs.ToArray(), expected.Pairs, Tolerance, "pairs");
    }

    private static float[] Bits(int heads, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Batch * heads * Length * Dim).Select(_ => (float)random.Next(2))];
    }

    private static DeviceTensor<T> Tensor<T>(float[] items, int heads, Device device)
        where T : unmanaged =>
        DeviceTensor<T>.From(Array.ConvertAll(items, Elements.Round<T>), [Batch, heads, Length, Dim], device);

    /// <summary>The gradients in double.</summary>
    private sealed class Sums
    {
        public double[] Heads { get; } = new double[SharedElementTests.Heads];

        public double[] Queries { get; } = new double[SharedElementTests.Heads * Length];

        public double[] Keys { get; } = new double[SharedElementTests.Heads * Length];

        public double[] Distances { get; } = new double[2 * Length];

        public double[] Pairs { get; } = new double[Length * Length];

        public void Add(float[] values, float[] incoming)
        {
            for (int row = 0; row < Batch * SharedElementTests.Heads * Length; row++)
            {
                int h = row / Length % SharedElementTests.Heads, b = row / Length / SharedElementTests.Heads;
                int keyHead = (b * KeyHeads) + (h / (SharedElementTests.Heads / KeyHeads));
                ReadOnlySpan<float> gradient = incoming.AsSpan(row * Dim, Dim);
                var byWeight = new double[Length];
                for (int kv = 0; kv < Length; kv++)
                    byWeight[kv] = Dot(gradient, values.AsSpan(((keyHead * Length) + kv) * Dim, Dim));
                double mean = byWeight.Average();
                for (int kv = 0; kv < Length; kv++)
                    Add(h, row % Length, kv, (byWeight[kv] - mean) / Length);
            }
        }

        private void Add(int h, int q, int kv, double gradient)
        {
            Heads[h] += gradient * (kv & 7);
            Queries[(h * Length) + q] += gradient * (kv & 3);
            Keys[(h * Length) + kv] += gradient;
            Distances[q - kv + Length] += gradient;
            Pairs[(q * Length) + kv] += gradient;
        }

        private static double Dot(ReadOnlySpan<float> x, ReadOnlySpan<float> y)
        {
            double sum = 0;
            for (int i = 0; i < x.Length; i++)
                sum += x[i] * y[i];
            return sum;
        }
    }
}
