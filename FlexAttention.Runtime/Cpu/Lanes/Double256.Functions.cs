using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using F = System.Runtime.Intrinsics.Vector256<double>;
using I = System.Runtime.Intrinsics.Vector128<int>;

namespace FlexAttention.Cpu.Lanes;

/// <content>Functions, division, shifts and conversions.</content>
internal readonly unsafe partial struct Double256
{
    [MethodImpl(Inline)] public static F Exp(F x) => Vector256.Exp(x);
    [MethodImpl(Inline)] public static F Log(F x) => Vector256.Log(x);
    [MethodImpl(Inline)] public static F Log2(F x) => Vector256.Log2(x);
    [MethodImpl(Inline)] public static F Sin(F x) => Vector256.Sin(x);
    [MethodImpl(Inline)] public static F Cos(F x) => Vector256.Cos(x);
    [MethodImpl(Inline)] public static F Tan(F x) => Vector256.Sin(x) / Vector256.Cos(x);
    public static F Tanh(F x) => PerLane.Map<double, F>(x, &Math.Tanh);

    public static F Exp2(F x) => PerLane.Map<double, F>(x, &double.Exp2);
    public static F Log10(F x) => PerLane.Map<double, F>(x, &Math.Log10);
    public static F Cbrt(F x) => PerLane.Map<double, F>(x, &Math.Cbrt);
    public static F Asin(F x) => PerLane.Map<double, F>(x, &Math.Asin);
    public static F Acos(F x) => PerLane.Map<double, F>(x, &Math.Acos);
    public static F Atan(F x) => PerLane.Map<double, F>(x, &Math.Atan);
    public static F Sinh(F x) => PerLane.Map<double, F>(x, &Math.Sinh);
    public static F Cosh(F x) => PerLane.Map<double, F>(x, &Math.Cosh);
    public static F Asinh(F x) => PerLane.Map<double, F>(x, &Math.Asinh);
    public static F Acosh(F x) => PerLane.Map<double, F>(x, &Math.Acosh);
    public static F Atanh(F x) => PerLane.Map<double, F>(x, &Math.Atanh);
    public static F Atan2(F y, F x) => PerLane.Map<double, F>(y, x, &Math.Atan2);
    public static F Power(F x, F y) => PerLane.Map<double, F>(x, y, &Math.Pow);
    public static F Remainder(F x, F y) => PerLane.Map<double, F>(x, y, &PerLane.Remainder);

    [MethodImpl(Inline)] public static I Remainder(I x, I y) => LaneMath<Double256, double, F, I>.Remainder(x, y);
    [MethodImpl(Inline)] public static I FloorDivide(I x, I y) => LaneMath<Double256, double, F, I>.FloorDivide(x, y);
    [MethodImpl(Inline)] public static I FloorModulo(I x, I y) => LaneMath<Double256, double, F, I>.FloorModulo(x, y);
    [MethodImpl(Inline)] public static I Sign(I x) => LaneMath<Double256, double, F, I>.Sign(x);
    [MethodImpl(Inline)] public static I Sign(F x) => LaneMath<Double256, double, F, I>.Sign(x);

    [MethodImpl(Inline)]
    public static I Divide(I x, I y)
    {
        I isZero = Vector128.Equals(y, I.Zero);
        I divisor = y - isZero;
        return IntegerQuotient.Of(x, divisor) & ~isZero;
    }

    [MethodImpl(Inline)]
    public static I ShiftLeft(I x, I count) =>
        Avx2.IsSupported
            ? Avx2.ShiftLeftLogicalVariable(x, (count & Vector128.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftLeft);

    [MethodImpl(Inline)]
    public static I ShiftRight(I x, I count) =>
        Avx2.IsSupported
            ? Avx2.ShiftRightArithmeticVariable(x, (count & Vector128.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftRight);

    [MethodImpl(Inline)]
    public static I ShiftRightUnsigned(I x, I count) =>
        Avx2.IsSupported
            ? Avx2.ShiftRightLogicalVariable(x, (count & Vector128.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftRightUnsigned);

    [MethodImpl(Inline)]
    public static F ToFloat(I x) =>
        Avx.IsSupported
            ? Avx.ConvertToVector256Double(x)
            : Vector256.ConvertToDouble(Vector256.Create(Vector128.WidenLower(x), Vector128.WidenUpper(x)));

    [MethodImpl(Inline)]
    public static I ToInt(F x)
    {
        F clamped = Vector256.Min(Vector256.Max(x, Vector256.Create((double)int.MinValue)), Vector256.Create((double)int.MaxValue));
        clamped = Vector256.ConditionalSelect(Vector256.Equals(x, x), clamped, F.Zero);
        return Avx.IsSupported
            ? Avx.ConvertToVector128Int32WithTruncation(clamped)
            : Vector128.Narrow(
                Vector128.ConvertToInt64(clamped.GetLower()), Vector128.ConvertToInt64(clamped.GetUpper()));
    }
}
