namespace FlexAttention.Cpu;

/// <summary>The results of <see cref="ReferenceAttention"/>, in double.</summary>
/// <param name="Output">[B, Hq, Lq, Dv].</param>
/// <param name="Lse">[B, Hq, Lq]; negative infinity for rows with no key left.</param>
/// <param name="RowMax">[B, Hq, Lq]; negative infinity for rows with no key left.</param>
public sealed record ReferenceOutput(double[] Output, double[] Lse, double[] RowMax);
