namespace FlexAttention.Tests.Conformance;

/// <summary>What attention gives, row-major: [B, H, Lq, Dv] and twice [B, H, Lq].</summary>
internal sealed record AttentionResult(double[] Output, double[] Lse, double[] RowMax)
{
    public static AttentionResult Of<T>(AttentionOutput<T> output)
        where T : unmanaged => new(
            Array.ConvertAll(output.Output.ToArray(), Elements.Widen),
            Array.ConvertAll(output.Lse!.ToArray(), value => (double)value),
            Array.ConvertAll(output.RowMax!.ToArray(), value => (double)value));
}
