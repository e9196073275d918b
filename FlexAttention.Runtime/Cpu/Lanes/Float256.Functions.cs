using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using F = System.Runtime.Intrinsics.Vector256<float>;
using I = System.Runtime.Intrinsics.Vector256<int>;

namespace FlexAttention.Cpu.Lanes;

/// <content>Functions, division, shifts and conversions.</content>
internal readonly unsafe partial struct Float256
{
    [MethodImpl(Inline)] public static F Exp(F x) => Vector256.Exp(x);
    [MethodImpl(Inline)] public static F Log(F x) => Vector256.Log(x);
    [MethodImpl(Inline)] public static F Log2(F x) => Vector256.Log2(x);
    [MethodImpl(Inline)] public static F Sin(F x) => Vector256.Sin(x);
    [MethodImpl(Inline)] public static F Cos(F x) => Vector256.Cos(x);
    [MethodImpl(Inline)] public static F Tan(F x) => Vector256.Sin(x) / Vector256.Cos(x);
    [MethodImpl(Inline)] public static F Tanh(F x) => LaneMath<Float256, float, F, I>.TanhSingle(x);

    public static F Exp2(F x) => PerLane.Map<float, F>(x, &float.Exp2);
    public static F Log10(F x) => PerLane.Map<float, F>(x, &MathF.Log10);
    public static F Cbrt(F x) => PerLane.Map<float, F>(x, &MathF.Cbrt);
    public static F Asin(F x) => PerLane.Map<float, F>(x, &MathF.Asin);
    public static F Acos(F x) => PerLane.Map<float, F>(x, &MathF.Acos);
    public static F Atan(F x) => PerLane.Map<float, F>(x, &MathF.Atan);
    public static F Sinh(F x) => PerLane.Map<float, F>(x, &MathF.Sinh);
    public static F Cosh(F x) => PerLane.Map<float, F>(x, &MathF.Cosh);
    public static F Asinh(F x) => PerLane.Map<float, F>(x, &MathF.Asinh);
    public static F Acosh(F x) => PerLane.Map<float, F>(x, &MathF.Acosh);
    public static F Atanh(F x) => PerLane.Map<float, F>(x, &MathF.Atanh);
    public static F Atan2(F y, F x) => PerLane.Map<float, F>(y, x, &MathF.Atan2);
    public static F Power(F x, F y) => PerLane.Map<float, F>(x, y, &MathF.Pow);
    public static F Remainder(F x, F y) => PerLane.Map<float, F>(x, y, &PerLane.Remainder);

    [MethodImpl(Inline)] public static I Remainder(I x, I y) => LaneMath<Float256, float, F, I>.Remainder(x, y);
    [MethodImpl(Inline)] public static I FloorDivide(I x, I y) => LaneMath<Float256, float, F, I>.FloorDivide(x, y);
    [MethodImpl(Inline)] public static I FloorModulo(I x, I y) => LaneMath<Float256, float, F, I>.FloorModulo(x, y);
    [MethodImpl(Inline)] public static I Sign(I x) => LaneMath<Float256, float, F, I>.Sign(x);
    [MethodImpl(Inline)] public static I Sign(F x) => LaneMath<Float256, float, F, I>.Sign(x);

    [MethodImpl(Inline)]
    public static I Divide(I x, I y)
    {
        I isZero = Vector256.Equals(y, I.Zero);
        I divisor = y - isZero;
        // A quotient of 32-bit integers, rounded to double, has the exact quotient's integral part.
        return Vector256.Create(
            IntegerQuotient.Of(x.GetLower(), divisor.GetLower()), IntegerQuotient.Of(x.GetUpper(), divisor.GetUpper())) & ~isZero;
    }

    [MethodImpl(Inline)]
    public static I ShiftLeft(I x, I count) =>
        Avx2.IsSupported
            ? Avx2.ShiftLeftLogicalVariable(x, (count & Vector256.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftLeft);

    [MethodImpl(Inline)]
    public static I ShiftRight(I x, I count) =>
        Avx2.IsSupported
            ? Avx2.ShiftRightArithmeticVariable(x, (count & Vector256.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftRight);

    [MethodImpl(Inline)]
    public static I ShiftRightUnsigned(I x, I count) =>
        Avx2.IsSupported
            ? Avx2.ShiftRightLogicalVariable(x, (count & Vector256.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftRightUnsigned);

    [MethodImpl(Inline)]
    public static F ToFloat(I x) => Vector256.ConvertToSingle(x);

    [MethodImpl(Inline)]
    public static I ToInt(F x) => Vector256.ConvertToInt32(x);
}
