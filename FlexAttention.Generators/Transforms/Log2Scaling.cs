using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Makes the score a function of the raw dot product, in log2 units: <c>log2(e) * method(scale * dot)</c>. Kernels then
/// exponentiate by 2^x. A score of −inf stays −inf.
/// </summary>
internal sealed class Log2Scaling(KernelGraph source) : ScoreScaling(source)
{
    private const float Log2E = 1.44269504088896341f;

    protected override int Factor() => Builder.Add(IrConstants.Float(IrType.Float32, Log2E));

    protected override int ScaledScore() =>
        Multiply(Builder.Add(new DotNode()), Multiply(Builder.Add(new ScaleNode()), Factor()));

    /// <summary>A finite score stays finite: <c>float.MinValue</c> rejects no key.</summary>
    protected override int Scaled(ConstantNode constant)
    {
        double value = constant.ToDouble();
        bool isFinite = Math.Abs(value) <= float.MaxValue;
        double scaled = isFinite ? Math.Max(-float.MaxValue, Math.Min(float.MaxValue, value * Log2E)) : value;
        return Builder.Add(IrConstants.Float(IrType.Float32, (float)scaled));
    }
}
