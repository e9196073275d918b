using FlexAttention.Descriptors;

namespace FlexAttention.Cpu;

/// <summary>
/// The vector instructions that generated CPU kernels are written in: one set of lanes of floating-point numbers, and as
/// many of 32-bit integers, which also serve as masks (all bits set: true). Implementations exist for
/// <c>Vector512</c>, <c>Vector256</c> and <c>Vector128</c>, in float and in double (a variant's <c>float</c> is then
/// computed in double). Operations mean what C# means by them.
/// </summary>
/// <typeparam name="TScalar"><see cref="float"/> or <see cref="double"/>.</typeparam>
/// <typeparam name="TFloat">The vector of floating-point lanes.</typeparam>
/// <typeparam name="TInt">The vector of 32-bit integer lanes, and of masks.</typeparam>
public interface ILanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    /// <summary>The number of lanes.</summary>
    static abstract int Count { get; }

#pragma warning disable CS1591 // The names are those of the operations.
    static abstract TFloat Load(ref readonly TScalar source);
    static abstract void Store(TFloat value, ref TScalar target);

    // Constants and uniform values
    static abstract TFloat Broadcast(float value);
    static abstract TInt Broadcast(int value);
    static abstract TInt Broadcast(bool value);

    /// <summary>start, start + 1, start + 2, ...</summary>
    static abstract TInt Sequence(int start);

    static abstract TFloat Add(TFloat x, TFloat y);
    static abstract TFloat Subtract(TFloat x, TFloat y);
    static abstract TFloat Multiply(TFloat x, TFloat y);
    static abstract TFloat Divide(TFloat x, TFloat y);
    static abstract TFloat Remainder(TFloat x, TFloat y);
    static abstract TFloat Negate(TFloat x);
    static abstract TFloat Minimum(TFloat x, TFloat y);
    static abstract TFloat Maximum(TFloat x, TFloat y);
    static abstract TFloat Abs(TFloat x);
    static abstract TFloat FusedMultiplyAdd(TFloat x, TFloat y, TFloat z);
    static abstract TFloat Sqrt(TFloat x);
    static abstract TFloat ReciprocalSqrt(TFloat x);
    static abstract TFloat Cbrt(TFloat x);
    static abstract TFloat Exp(TFloat x);
    static abstract TFloat Exp2(TFloat x);
    static abstract TFloat Log(TFloat x);
    static abstract TFloat Log2(TFloat x);
    static abstract TFloat Log10(TFloat x);
    static abstract TFloat Power(TFloat x, TFloat y);
    static abstract TFloat Sin(TFloat x);
    static abstract TFloat Cos(TFloat x);
    static abstract TFloat Tan(TFloat x);
    static abstract TFloat Asin(TFloat x);
    static abstract TFloat Acos(TFloat x);
    static abstract TFloat Atan(TFloat x);
    static abstract TFloat Atan2(TFloat y, TFloat x);
    static abstract TFloat Sinh(TFloat x);
    static abstract TFloat Cosh(TFloat x);
    static abstract TFloat Tanh(TFloat x);
    static abstract TFloat Asinh(TFloat x);
    static abstract TFloat Acosh(TFloat x);
    static abstract TFloat Atanh(TFloat x);
    static abstract TFloat Floor(TFloat x);
    static abstract TFloat Ceiling(TFloat x);
    static abstract TFloat Truncate(TFloat x);
    static abstract TFloat Round(TFloat x);
    static abstract TFloat CopySign(TFloat x, TFloat y);
    static abstract TInt IsNaN(TFloat x);
    static abstract TInt IsInfinity(TFloat x);
    static abstract TInt IsFinite(TFloat x);

    static abstract TInt Equal(TFloat x, TFloat y);
    static abstract TInt NotEqual(TFloat x, TFloat y);
    static abstract TInt Less(TFloat x, TFloat y);
    static abstract TInt LessOrEqual(TFloat x, TFloat y);
    static abstract TInt Greater(TFloat x, TFloat y);
    static abstract TInt GreaterOrEqual(TFloat x, TFloat y);

    static abstract TInt Add(TInt x, TInt y);
    static abstract TInt Subtract(TInt x, TInt y);
    static abstract TInt Multiply(TInt x, TInt y);

    /// <summary>Truncating division; a zero divisor gives 0.</summary>
    static abstract TInt Divide(TInt x, TInt y);

    /// <summary>The remainder of the truncating division; a zero divisor gives 0.</summary>
    static abstract TInt Remainder(TInt x, TInt y);

    static abstract TInt FloorDivide(TInt x, TInt y);
    static abstract TInt FloorModulo(TInt x, TInt y);
    static abstract TInt Negate(TInt x);
    static abstract TInt Minimum(TInt x, TInt y);
    static abstract TInt Maximum(TInt x, TInt y);
    static abstract TInt Abs(TInt x);
    static abstract TInt Sign(TInt x);

    /// <summary>-1, 0 or 1 by the sign of a floating-point number (0 for NaN, where C# throws).</summary>
    static abstract TInt Sign(TFloat x);
    static abstract TInt And(TInt x, TInt y);
    static abstract TInt Or(TInt x, TInt y);
    static abstract TInt Xor(TInt x, TInt y);
    static abstract TInt Not(TInt x);
    static abstract TInt ShiftLeft(TInt x, TInt count);
    static abstract TInt ShiftRight(TInt x, TInt count);
    static abstract TInt ShiftRightUnsigned(TInt x, TInt count);
    static abstract TInt Equal(TInt x, TInt y);
    static abstract TInt NotEqual(TInt x, TInt y);
    static abstract TInt Less(TInt x, TInt y);
    static abstract TInt LessOrEqual(TInt x, TInt y);
    static abstract TInt Greater(TInt x, TInt y);
    static abstract TInt GreaterOrEqual(TInt x, TInt y);

    static abstract TFloat Select(TInt mask, TFloat ifTrue, TFloat ifFalse);
    static abstract TInt Select(TInt mask, TInt ifTrue, TInt ifFalse);

    /// <summary>An <see cref="int"/> to floating point.</summary>
    static abstract TFloat ToFloat(TInt x);

    /// <summary>Truncates as C# does: saturating, NaN to 0.</summary>
    static abstract TInt ToInt(TFloat x);

    /// <summary>The number of lanes of a mask that are true among the first <paramref name="count"/>.</summary>
    static abstract int CountTrue(TInt mask, int count);
#pragma warning restore CS1591

    /// <summary>Reads as many floats as there are lanes.</summary>
    static abstract TFloat LoadFloats(ref readonly float source);

    /// <summary>Reads as many integers as there are lanes.</summary>
    static abstract TInt LoadInts(ref readonly int source);

    /// <summary>The lanes from last to first.</summary>
    static abstract TFloat Reverse(TFloat x);

    /// <inheritdoc cref="Reverse(TFloat)"/>
    static abstract TInt Reverse(TInt x);

    /// <summary>Reads a float buffer at one index per dimension; 0 where any index is out of range.</summary>
    static abstract TFloat GatherFloat(in CaptureView view, TInt i0);

    /// <inheritdoc cref="GatherFloat(in CaptureView, TInt)"/>
    static abstract TFloat GatherFloat(in CaptureView view, TInt i0, TInt i1);

    /// <inheritdoc cref="GatherFloat(in CaptureView, TInt)"/>
    static abstract TFloat GatherFloat(in CaptureView view, TInt i0, TInt i1, TInt i2);

    /// <inheritdoc cref="GatherFloat(in CaptureView, TInt)"/>
    static abstract TFloat GatherFloat(in CaptureView view, TInt i0, TInt i1, TInt i2, TInt i3);

    /// <summary>Reads a <see cref="Half"/> buffer; 0 where any index is out of range.</summary>
    static abstract TFloat GatherHalf(in CaptureView view, TInt i0);

    /// <inheritdoc cref="GatherHalf(in CaptureView, TInt)"/>
    static abstract TFloat GatherHalf(in CaptureView view, TInt i0, TInt i1);

    /// <inheritdoc cref="GatherHalf(in CaptureView, TInt)"/>
    static abstract TFloat GatherHalf(in CaptureView view, TInt i0, TInt i1, TInt i2);

    /// <inheritdoc cref="GatherHalf(in CaptureView, TInt)"/>
    static abstract TFloat GatherHalf(in CaptureView view, TInt i0, TInt i1, TInt i2, TInt i3);

    /// <summary>Reads an int buffer; 0 where any index is out of range.</summary>
    static abstract TInt GatherInt(in CaptureView view, TInt i0);

    /// <inheritdoc cref="GatherInt(in CaptureView, TInt)"/>
    static abstract TInt GatherInt(in CaptureView view, TInt i0, TInt i1);

    /// <inheritdoc cref="GatherInt(in CaptureView, TInt)"/>
    static abstract TInt GatherInt(in CaptureView view, TInt i0, TInt i1, TInt i2);

    /// <inheritdoc cref="GatherInt(in CaptureView, TInt)"/>
    static abstract TInt GatherInt(in CaptureView view, TInt i0, TInt i1, TInt i2, TInt i3);

    /// <summary>Reads a bool buffer as a mask; false where any index is out of range.</summary>
    static abstract TInt GatherBool(in CaptureView view, TInt i0);

    /// <inheritdoc cref="GatherBool(in CaptureView, TInt)"/>
    static abstract TInt GatherBool(in CaptureView view, TInt i0, TInt i1);

    /// <inheritdoc cref="GatherBool(in CaptureView, TInt)"/>
    static abstract TInt GatherBool(in CaptureView view, TInt i0, TInt i1, TInt i2);

    /// <inheritdoc cref="GatherBool(in CaptureView, TInt)"/>
    static abstract TInt GatherBool(in CaptureView view, TInt i0, TInt i1, TInt i2, TInt i3);
}
