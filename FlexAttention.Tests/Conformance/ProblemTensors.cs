using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Queries, keys and values of about the spread that normalised activations have, on one device.</summary>
internal sealed class ProblemTensors<T> : IDisposable
    where T : unmanaged
{
    /// <summary>No element is larger.</summary>
    public const float Largest = 2;

    private readonly Random _random;
    private readonly Device _device;
    private readonly List<IDisposable> _owned = [];

    public ProblemTensors(
        ProblemShape shape, Device device, int seed = 8, TensorArrangement arrangement = TensorArrangement.Dense, bool spoiltValues = false)
    {
        _random = new Random(seed);
        _device = device;
        Q = Draw([shape.Batch, shape.Heads, shape.Queries, shape.HeadDim], arrangement);
        K = DrawKeys([shape.Batch, shape.KvHeads, shape.Keys, shape.HeadDim], arrangement, spoilt: false);
        V = DrawKeys([shape.Batch, shape.KvHeads, shape.Keys, shape.ValueDim], arrangement, spoiltValues);
    }

    public DeviceTensor<T> Q { get; }

    public DeviceTensor<T> K { get; }

    public DeviceTensor<T> V { get; }

    public void Dispose()
    {
        foreach (IDisposable tensor in _owned)
            tensor.Dispose();
    }

    private DeviceTensor<T> DrawKeys(ReadOnlySpan<long> shape, TensorArrangement arrangement, bool spoilt) =>
        arrangement == TensorArrangement.SharedKeys ? Shared(shape, spoilt) : Draw(shape, arrangement, spoilt);

    private DeviceTensor<T> Draw(ReadOnlySpan<long> shape, TensorArrangement arrangement, bool spoilt = false)
    {
        if (arrangement != TensorArrangement.HeadsInRows)
            return Fill(shape, spoilt);
        return Own(Fill([shape[0], shape[2], shape[1], shape[3]], spoilt).Permute(0, 2, 1, 3));
    }

    private DeviceTensor<T> Shared(ReadOnlySpan<long> shape, bool spoilt)
    {
        DeviceTensor<T> rows = Fill(shape[2..], spoilt);
        return Own(DeviceTensor<T>.Borrow(_device, rows.Pointer, shape, [0, 0, shape[3], 1]));
    }

    private DeviceTensor<T> Fill(ReadOnlySpan<long> shape, bool spoilt)
    {
        long length = 1;
        foreach (long extent in shape)
            length *= extent;
        var items = new T[length];
        foreach (ref T item in items.AsSpan())
            item = Elements.Round<T>(Largest * (_random.NextSigned() + _random.NextSigned() + _random.NextSigned()) / 3);
        if (spoilt)
            Spoil(items);
        return Own(DeviceTensor<T>.From(items, shape, _device));
    }

    /// <summary>One NaN at the end, where a causal mask hides it from most rows, and one in the middle.</summary>
    private static void Spoil(Span<T> items)
    {
        if (items.IsEmpty)
            return;
        items[^1] = Elements.Round<T>(float.NaN);
        items[items.Length / 2] = Elements.Round<T>(float.NaN);
    }

    private DeviceTensor<T> Own(DeviceTensor<T> tensor)
    {
        _owned.Add(tensor);
        return tensor;
    }
}
