using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>Finds captured accesses out of range. Called by generated code in the checked mode.</summary>
public static unsafe class CaptureBounds
{
    /// <summary>Throws <see cref="CaptureIndexException"/> at the first index outside its dimension.</summary>
    /// <param name="view">The captured buffer.</param>
    /// <param name="variant">The variant's C# name.</param>
    /// <param name="capture">The captured parameter's name.</param>
    /// <param name="b">The batch index of the pair that is evaluated.</param>
    /// <param name="h">Its query head index.</param>
    /// <param name="q">Its query index.</param>
    /// <param name="kv">Its key/value index.</param>
    /// <param name="indices">The indices of the access, one a dimension.</param>
    public static void Check(
        in CaptureView view, string variant, string capture, int b, int h, int q, int kv, params ReadOnlySpan<int> indices)
    {
        for (int d = 0; d < indices.Length; d++)
        {
            if ((uint)indices[d] >= (uint)view.Extent[d])
                throw new CaptureIndexException(variant, capture, d, indices[d], view.Extent[d], b, h, q, kv);
        }
    }
}
