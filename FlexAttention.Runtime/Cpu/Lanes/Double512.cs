using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using F = System.Runtime.Intrinsics.Vector512<double>;
using I = System.Runtime.Intrinsics.Vector256<int>;

namespace FlexAttention.Cpu.Lanes;

/// <summary>8 doubles of 512 bits and 8 integers of 256.</summary>
internal readonly partial struct Double512 : IKernelLanes<double, F, I>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 8;

    [MethodImpl(Inline)] public static F Load(ref readonly double source) => Vector512.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static void Store(F value, ref double target) => value.StoreUnsafe(ref target);

    [MethodImpl(Inline)] public static F Broadcast(float value) => Vector512.Create((double)value);
    [MethodImpl(Inline)] public static I Broadcast(int value) => Vector256.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(bool value) => Vector256.Create(value ? -1 : 0);
    [MethodImpl(Inline)] public static I Sequence(int start) => Vector256.Create(start) + Vector256<int>.Indices;

    [MethodImpl(Inline)] public static F Add(F x, F y) => x + y;
    [MethodImpl(Inline)] public static F Subtract(F x, F y) => x - y;
    [MethodImpl(Inline)] public static F Multiply(F x, F y) => x * y;
    [MethodImpl(Inline)] public static F Divide(F x, F y) => x / y;
    [MethodImpl(Inline)] public static F Negate(F x) => -x;
    [MethodImpl(Inline)] public static F Minimum(F x, F y) => Vector512.Min(x, y);
    [MethodImpl(Inline)] public static F Maximum(F x, F y) => Vector512.Max(x, y);
    [MethodImpl(Inline)] public static F Abs(F x) => Vector512.Abs(x);
    [MethodImpl(Inline)] public static F FusedMultiplyAdd(F x, F y, F z) => Vector512.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static F Sqrt(F x) => Vector512.Sqrt(x);
    [MethodImpl(Inline)] public static F ReciprocalSqrt(F x) => Vector512<double>.One / Vector512.Sqrt(x);
    [MethodImpl(Inline)] public static F Floor(F x) => Vector512.Floor(x);
    [MethodImpl(Inline)] public static F Ceiling(F x) => Vector512.Ceiling(x);
    [MethodImpl(Inline)] public static F Truncate(F x) => Vector512.Truncate(x);
    [MethodImpl(Inline)] public static F Round(F x) => Vector512.Round(x);
    [MethodImpl(Inline)] public static F CopySign(F x, F y) => Vector512.CopySign(x, y);
    [MethodImpl(Inline)] public static I IsNaN(F x) => Narrow(Vector512.IsNaN(x));
    [MethodImpl(Inline)] public static I IsInfinity(F x) => Narrow(Vector512.IsInfinity(x));
    [MethodImpl(Inline)] public static I IsFinite(F x) => Narrow(Vector512.IsFinite(x));

    [MethodImpl(Inline)] public static I Equal(F x, F y) => Narrow(Vector512.Equals(x, y));
    [MethodImpl(Inline)] public static I Less(F x, F y) => Narrow(Vector512.LessThan(x, y));
    [MethodImpl(Inline)] public static I LessOrEqual(F x, F y) => Narrow(Vector512.LessThanOrEqual(x, y));
    [MethodImpl(Inline)] public static I Greater(F x, F y) => Narrow(Vector512.GreaterThan(x, y));
    [MethodImpl(Inline)] public static I GreaterOrEqual(F x, F y) => Narrow(Vector512.GreaterThanOrEqual(x, y));
    [MethodImpl(Inline)] public static I NotEqual(F x, F y) => ~Narrow(Vector512.Equals(x, y));

    [MethodImpl(Inline)] public static I Add(I x, I y) => x + y;
    [MethodImpl(Inline)] public static I Subtract(I x, I y) => x - y;
    [MethodImpl(Inline)] public static I Multiply(I x, I y) => x * y;
    [MethodImpl(Inline)] public static I Negate(I x) => -x;
    [MethodImpl(Inline)] public static I Minimum(I x, I y) => Vector256.Min(x, y);
    [MethodImpl(Inline)] public static I Maximum(I x, I y) => Vector256.Max(x, y);
    [MethodImpl(Inline)] public static I Abs(I x) => Vector256.Abs(x);
    [MethodImpl(Inline)] public static I And(I x, I y) => x & y;
    [MethodImpl(Inline)] public static I Or(I x, I y) => x | y;
    [MethodImpl(Inline)] public static I Xor(I x, I y) => x ^ y;
    [MethodImpl(Inline)] public static I Not(I x) => ~x;
    [MethodImpl(Inline)] public static I Equal(I x, I y) => Vector256.Equals(x, y);
    [MethodImpl(Inline)] public static I Less(I x, I y) => Vector256.LessThan(x, y);
    [MethodImpl(Inline)] public static I LessOrEqual(I x, I y) => Vector256.LessThanOrEqual(x, y);
    [MethodImpl(Inline)] public static I Greater(I x, I y) => Vector256.GreaterThan(x, y);
    [MethodImpl(Inline)] public static I GreaterOrEqual(I x, I y) => Vector256.GreaterThanOrEqual(x, y);
    [MethodImpl(Inline)] public static I NotEqual(I x, I y) => ~Vector256.Equals(x, y);

    [MethodImpl(Inline)]
    public static F Select(I mask, F ifTrue, F ifFalse) => Vector512.ConditionalSelect(Widen(mask), ifTrue, ifFalse);
    [MethodImpl(Inline)]
    public static I Select(I mask, I ifTrue, I ifFalse) => Vector256.ConditionalSelect(mask, ifTrue, ifFalse);

    [MethodImpl(Inline)] public static int CountTrue(I mask, int count) =>
        BitOperations.PopCount((uint)Vector256.ExtractMostSignificantBits(mask) & (uint)((1UL << Math.Min(count, Count)) - 1));

    // Masks are as wide as integers: half as wide as the numbers.
    [MethodImpl(Inline)]
    private static I Narrow(F mask) =>
        Avx512F.IsSupported
            ? Avx512F.ConvertToVector256Int32(mask.AsInt64())
            : Vector256.Narrow(mask.AsInt64().GetLower(), mask.AsInt64().GetUpper());

    [MethodImpl(Inline)]
    private static F Widen(I mask) =>
        Vector512.Create(Vector256.WidenLower(mask), Vector256.WidenUpper(mask)).AsDouble();
}
