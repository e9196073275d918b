using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using F = System.Runtime.Intrinsics.Vector512<float>;
using I = System.Runtime.Intrinsics.Vector512<int>;

namespace FlexAttention.Cpu.Lanes;

/// <content>Functions, division, shifts and conversions.</content>
internal readonly unsafe partial struct Float512
{
    [MethodImpl(Inline)] public static F Exp(F x) => Vector512.Exp(x);
    [MethodImpl(Inline)] public static F Log(F x) => Vector512.Log(x);
    [MethodImpl(Inline)] public static F Log2(F x) => Vector512.Log2(x);
    [MethodImpl(Inline)] public static F Sin(F x) => Vector512.Sin(x);
    [MethodImpl(Inline)] public static F Cos(F x) => Vector512.Cos(x);
    [MethodImpl(Inline)] public static F Tan(F x) => Vector512.Sin(x) / Vector512.Cos(x);
    [MethodImpl(Inline)] public static F Tanh(F x) => LaneMath<Float512, float, F, I>.TanhSingle(x);

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

    [MethodImpl(Inline)] public static I Remainder(I x, I y) => LaneMath<Float512, float, F, I>.Remainder(x, y);
    [MethodImpl(Inline)] public static I FloorDivide(I x, I y) => LaneMath<Float512, float, F, I>.FloorDivide(x, y);
    [MethodImpl(Inline)] public static I FloorModulo(I x, I y) => LaneMath<Float512, float, F, I>.FloorModulo(x, y);
    [MethodImpl(Inline)] public static I Sign(I x) => LaneMath<Float512, float, F, I>.Sign(x);
    [MethodImpl(Inline)] public static I Sign(F x) => LaneMath<Float512, float, F, I>.Sign(x);

    [MethodImpl(Inline)]
    public static I Divide(I x, I y)
    {
        I isZero = Vector512.Equals(y, I.Zero);
        I divisor = y - isZero;
        // A quotient of 32-bit integers, rounded to double, has the exact quotient's integral part.
        return Vector512.Narrow(
            Vector512.ConvertToInt64Native(Real(Vector512.WidenLower(x)) / Real(Vector512.WidenLower(divisor))),
            Vector512.ConvertToInt64Native(Real(Vector512.WidenUpper(x)) / Real(Vector512.WidenUpper(divisor)))) & ~isZero;
    }

    [MethodImpl(Inline)]
    public static I ShiftLeft(I x, I count) =>
        Avx512F.IsSupported
            ? Avx512F.ShiftLeftLogicalVariable(x, (count & Vector512.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftLeft);

    [MethodImpl(Inline)]
    public static I ShiftRight(I x, I count) =>
        Avx512F.IsSupported
            ? Avx512F.ShiftRightArithmeticVariable(x, (count & Vector512.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftRight);

    [MethodImpl(Inline)]
    public static I ShiftRightUnsigned(I x, I count) =>
        Avx512F.IsSupported
            ? Avx512F.ShiftRightLogicalVariable(x, (count & Vector512.Create(31)).AsUInt32())
            : PerLane.Map<int, I>(x, count, &PerLane.ShiftRightUnsigned);

    [MethodImpl(Inline)]
    public static F ToFloat(I x) => Vector512.ConvertToSingle(x);

    [MethodImpl(Inline)]
    public static I ToInt(F x) => Vector512.ConvertToInt32(x);

    [MethodImpl(Inline)]
    private static Vector512<double> Real(Vector512<long> x) => Vector512.ConvertToDouble(x);
}
