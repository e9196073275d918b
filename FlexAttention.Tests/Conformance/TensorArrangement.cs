namespace FlexAttention.Tests.Conformance;

/// <summary>How the tensors of a problem lie in memory.</summary>
public enum TensorArrangement
{
    /// <summary>[B, H, S, D] without gaps.</summary>
    Dense,

    /// <summary>[B, S, H, D], as projections write them, seen as [B, H, S, D].</summary>
    HeadsInRows,

    /// <summary>Keys and values that all batches and heads share, by strides of zero.</summary>
    SharedKeys,
}
