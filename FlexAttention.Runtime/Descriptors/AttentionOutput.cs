using FlexAttention.Descriptors;

namespace FlexAttention;

/// <summary>The results of a forward call.</summary>
/// <typeparam name="T">The element type of q, k and v.</typeparam>
public sealed class AttentionOutput<T> : IDisposable
    where T : unmanaged
{
    /// <summary>Groups tensors to write results into: results asked for with no tensor here are an error.</summary>
    /// <param name="output">[B, Hq, Lq, Dv]; any strides whose last is 1.</param>
    /// <param name="lse">[B, Hq, Lq], contiguous.</param>
    /// <param name="rowMax">[B, Hq, Lq], contiguous.</param>
    public AttentionOutput(DeviceTensor<T> output, DeviceTensor<float>? lse = null, DeviceTensor<float>? rowMax = null)
    {
        ArgumentNullException.ThrowIfNull(output);
        Output = output;
        Lse = lse;
        RowMax = rowMax;
    }

    /// <summary>The attention, [B, Hq, Lq, Dv]. Rows with no key left are zero.</summary>
    public DeviceTensor<T> Output { get; }

    /// <summary>
    /// The natural logarithm of each row's sum of exponentials, [B, Hq, Lq], when asked for; negative infinity for rows
    /// with no key left.
    /// </summary>
    public DeviceTensor<float>? Lse { get; }

    /// <summary>The highest score of each row, [B, Hq, Lq], when asked for; negative infinity for rows with no key left.</summary>
    public DeviceTensor<float>? RowMax { get; }

    /// <summary>The forward call that wrote the tensors last, if one has.</summary>
    internal ForwardCall? Call { get; set; }

    /// <summary>Disposes the tensors.</summary>
    public void Dispose()
    {
        Output.Dispose();
        Lse?.Dispose();
        RowMax?.Dispose();
    }
}
