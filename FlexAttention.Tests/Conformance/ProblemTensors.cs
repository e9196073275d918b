using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Queries, keys and values of about the spread that normalised activations have, on one device.</summary>
internal sealed class ProblemTensors<T> : IDisposable
    where T : unmanaged
{
    /// <summary>No element is larger.</summary>
    public const float Largest = 2;

    public ProblemTensors(ProblemShape shape, Device device, int seed = 8)
    {
        var random = new Random(seed);
        Q = Draw(random, device, [shape.Batch, shape.Heads, shape.Queries, shape.HeadDim]);
        K = Draw(random, device, [shape.Batch, shape.KvHeads, shape.Keys, shape.HeadDim]);
        V = Draw(random, device, [shape.Batch, shape.KvHeads, shape.Keys, shape.ValueDim]);
    }

    public DeviceTensor<T> Q { get; }

    public DeviceTensor<T> K { get; }

    public DeviceTensor<T> V { get; }

    public void Dispose()
    {
        Q.Dispose();
        K.Dispose();
        V.Dispose();
    }

    private static DeviceTensor<T> Draw(Random random, Device device, ReadOnlySpan<long> shape)
    {
        var items = new T[shape[0] * shape[1] * shape[2] * shape[3]];
        foreach (ref T item in items.AsSpan())
            item = Elements.Round<T>(Largest * (random.NextSigned() + random.NextSigned() + random.NextSigned()) / 3);
        return DeviceTensor<T>.From(items, shape, device);
    }
}
