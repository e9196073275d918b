using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>One number among the captures of a variant, to be moved a little.</summary>
/// <param name="Instance">The variant with captures.</param>
/// <param name="Capture">The capture's position.</param>
/// <param name="Element">The element's position in a buffer, in row-major order; 0 for a scalar.</param>
internal sealed record LearnedElement(VariantInstance Instance, int Capture, int Element)
{
    /// <summary>Captures are float: a power of two, of a size that the numbers of the catalogue take without rounding.</summary>
    private const double Step = 1.0 / 4096;

    /// <summary>In half precision no small step is exact, but what captures halves is linear in them.</summary>
    private const double HalfStep = 1.0 / 16;

    /// <summary>The derivative of something that is computed from a variant with captures.</summary>
    public double Derivative(Func<VariantInstance, double> function)
    {
        if (Instance.Captures[Capture] is float scalar)
            return FiniteDifference.Of(step => function(Instance.WithScalar((float)(scalar + step))), Step);
        var buffer = (Array)Instance.Captures[Capture];
        object value = buffer.GetValue(IndexIn(buffer))!;
        if (value is not Half half)
            return FiniteDifference.Of(step => At((float)((float)value + step), function), Step);
        Half lower = half - (Half)HalfStep, upper = half + (Half)HalfStep;
        return (At(upper, function) - At(lower, function)) / (double)(upper - lower);
    }

    /// <summary>Evaluates it with another number in the element's place.</summary>
    private double At(object value, Func<VariantInstance, double> function)
    {
        var buffer = (Array)Instance.Captures[Capture];
        int[] index = IndexIn(buffer);
        object old = buffer.GetValue(index)!;
        buffer.SetValue(value, index);
        try
        {
            return function(Instance);
        }
        finally
        {
            buffer.SetValue(old, index);
        }
    }

    private int[] IndexIn(Array buffer)
    {
        var index = new int[buffer.Rank];
        int rest = Element;
        for (int d = buffer.Rank - 1; d >= 0; d--)
            (rest, index[d]) = Math.DivRem(rest, buffer.GetLength(d));
        return index;
    }
}
