using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>The sizes of an attention problem: all that a shape may vary.</summary>
public readonly record struct ProblemShape(
    int Batch, int Heads, int KvHeads, int Queries, int Keys, int HeadDim, int ValueDim)
{
    /// <summary>The sizes that captures depend on.</summary>
    public VariantShape Variant => new(Batch, Heads, Queries, Keys);

    /// <inheritdoc/>
    public override string ToString() => $"{Batch}x{Heads}/{KvHeads}x{Queries}x{Keys} D={HeadDim},{ValueDim}";
}

/// <summary>Queries, keys and values drawn at random, in an element type and, without loss, in double.</summary>
internal sealed class AttentionProblem<T>
    where T : unmanaged
{
    public AttentionProblem(ProblemShape shape, int seed)
    {
        Shape = shape;
        var random = new Random(seed);
        Q = Draw(random, shape.Batch * shape.Heads * shape.Queries * shape.HeadDim);
        K = Draw(random, shape.Batch * shape.KvHeads * shape.Keys * shape.HeadDim);
        V = Draw(random, shape.Batch * shape.KvHeads * shape.Keys * shape.ValueDim);
    }

    public ProblemShape Shape { get; }

    public T[] Q { get; }

    public T[] K { get; }

    public T[] V { get; }

    /// <summary>The default scale, as a call rounds it.</summary>
    public float Scale => (float)(1 / Math.Sqrt(Shape.HeadDim));

    public DeviceTensor<T> QueriesOn(Device device) =>
        DeviceTensor<T>.From(Q, [Shape.Batch, Shape.Heads, Shape.Queries, Shape.HeadDim], device);

    public DeviceTensor<T> KeysOn(Device device) =>
        DeviceTensor<T>.From(K, [Shape.Batch, Shape.KvHeads, Shape.Keys, Shape.HeadDim], device);

    public DeviceTensor<T> ValuesOn(Device device) =>
        DeviceTensor<T>.From(V, [Shape.Batch, Shape.KvHeads, Shape.Keys, Shape.ValueDim], device);

    /// <summary>Numbers of about the spread that normalised activations have.</summary>
    private static T[] Draw(Random random, int count)
    {
        var items = new T[count];
        foreach (ref T item in items.AsSpan())
            item = Elements.Round<T>(2 * (random.NextDouble() + random.NextDouble() + random.NextDouble() - 1.5));
        return items;
    }
}
