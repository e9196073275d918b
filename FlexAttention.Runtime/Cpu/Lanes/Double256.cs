using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector256<double>;
using I = System.Runtime.Intrinsics.Vector128<int>;

namespace FlexAttention.Cpu.Lanes;

/// <summary>4 doubles of 256 bits and 4 integers of 128.</summary>
internal readonly partial struct Double256 : IKernelLanes<double, F, I>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 4;

    [MethodImpl(Inline)] public static F Load(ref readonly double source) => Vector256.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static void Store(F value, ref double target) => value.StoreUnsafe(ref target);

    [MethodImpl(Inline)] public static F Broadcast(float value) => Vector256.Create((double)value);
    [MethodImpl(Inline)] public static I Broadcast(int value) => Vector128.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(bool value) => Vector128.Create(value ? -1 : 0);
    [MethodImpl(Inline)] public static I Sequence(int start) => Vector128.Create(start) + Vector128<int>.Indices;

    [MethodImpl(Inline)] public static F Add(F x, F y) => x + y;
    [MethodImpl(Inline)] public static F Subtract(F x, F y) => x - y;
    [MethodImpl(Inline)] public static F Multiply(F x, F y) => x * y;
    [MethodImpl(Inline)] public static F Divide(F x, F y) => x / y;
    [MethodImpl(Inline)] public static F Negate(F x) => -x;
    [MethodImpl(Inline)] public static F Minimum(F x, F y) => Vector256.Min(x, y);
    [MethodImpl(Inline)] public static F Maximum(F x, F y) => Vector256.Max(x, y);
    [MethodImpl(Inline)] public static F Abs(F x) => Vector256.Abs(x);
    [MethodImpl(Inline)] public static F FusedMultiplyAdd(F x, F y, F z) => Vector256.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static F Sqrt(F x) => Vector256.Sqrt(x);
    [MethodImpl(Inline)] public static F ReciprocalSqrt(F x) => Vector256<double>.One / Vector256.Sqrt(x);
    [MethodImpl(Inline)] public static F Floor(F x) => Vector256.Floor(x);
    [MethodImpl(Inline)] public static F Ceiling(F x) => Vector256.Ceiling(x);
    [MethodImpl(Inline)] public static F Truncate(F x) => Vector256.Truncate(x);
    [MethodImpl(Inline)] public static F Round(F x) => Vector256.Round(x);
    [MethodImpl(Inline)] public static F CopySign(F x, F y) => Vector256.CopySign(x, y);
    [MethodImpl(Inline)] public static I IsNaN(F x) => Narrow(Vector256.IsNaN(x));
    [MethodImpl(Inline)] public static I IsInfinity(F x) => Narrow(Vector256.IsInfinity(x));
    [MethodImpl(Inline)] public static I IsFinite(F x) => Narrow(Vector256.IsFinite(x));

    [MethodImpl(Inline)] public static I Equal(F x, F y) => Narrow(Vector256.Equals(x, y));
    [MethodImpl(Inline)] public static I Less(F x, F y) => Narrow(Vector256.LessThan(x, y));
    [MethodImpl(Inline)] public static I LessOrEqual(F x, F y) => Narrow(Vector256.LessThanOrEqual(x, y));
    [MethodImpl(Inline)] public static I Greater(F x, F y) => Narrow(Vector256.GreaterThan(x, y));
    [MethodImpl(Inline)] public static I GreaterOrEqual(F x, F y) => Narrow(Vector256.GreaterThanOrEqual(x, y));
    [MethodImpl(Inline)] public static I NotEqual(F x, F y) => ~Narrow(Vector256.Equals(x, y));

    [MethodImpl(Inline)] public static I Add(I x, I y) => x + y;
    [MethodImpl(Inline)] public static I Subtract(I x, I y) => x - y;
    [MethodImpl(Inline)] public static I Multiply(I x, I y) => x * y;
    [MethodImpl(Inline)] public static I Negate(I x) => -x;
    [MethodImpl(Inline)] public static I Minimum(I x, I y) => Vector128.Min(x, y);
    [MethodImpl(Inline)] public static I Maximum(I x, I y) => Vector128.Max(x, y);
    [MethodImpl(Inline)] public static I Abs(I x) => Vector128.Abs(x);
    [MethodImpl(Inline)] public static I And(I x, I y) => x & y;
    [MethodImpl(Inline)] public static I Or(I x, I y) => x | y;
    [MethodImpl(Inline)] public static I Xor(I x, I y) => x ^ y;
    [MethodImpl(Inline)] public static I Not(I x) => ~x;
    [MethodImpl(Inline)] public static I Equal(I x, I y) => Vector128.Equals(x, y);
    [MethodImpl(Inline)] public static I Less(I x, I y) => Vector128.LessThan(x, y);
    [MethodImpl(Inline)] public static I LessOrEqual(I x, I y) => Vector128.LessThanOrEqual(x, y);
    [MethodImpl(Inline)] public static I Greater(I x, I y) => Vector128.GreaterThan(x, y);
    [MethodImpl(Inline)] public static I GreaterOrEqual(I x, I y) => Vector128.GreaterThanOrEqual(x, y);
    [MethodImpl(Inline)] public static I NotEqual(I x, I y) => ~Vector128.Equals(x, y);

    [MethodImpl(Inline)]
    public static F Select(I mask, F ifTrue, F ifFalse) => Vector256.ConditionalSelect(Widen(mask), ifTrue, ifFalse);
    [MethodImpl(Inline)]
    public static I Select(I mask, I ifTrue, I ifFalse) => Vector128.ConditionalSelect(mask, ifTrue, ifFalse);

    [MethodImpl(Inline)] public static int CountTrue(I mask, int count) =>
        BitOperations.PopCount((uint)Vector128.ExtractMostSignificantBits(mask) & (uint)((1UL << Math.Min(count, Count)) - 1));

    // Masks are as wide as integers: half as wide as the numbers.
    [MethodImpl(Inline)]
    private static I Narrow(F mask) =>
        Vector128.Narrow(mask.AsInt64().GetLower(), mask.AsInt64().GetUpper());

    [MethodImpl(Inline)]
    private static F Widen(I mask) =>
        Vector256.Create(Vector128.WidenLower(mask), Vector128.WidenUpper(mask)).AsDouble();
}
