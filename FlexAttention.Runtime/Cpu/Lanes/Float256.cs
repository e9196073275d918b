using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector256<float>;
using I = System.Runtime.Intrinsics.Vector256<int>;

namespace FlexAttention.Cpu.Lanes;

/// <summary>8 floats and 8 integers of 256 bits.</summary>
internal readonly partial struct Float256 : IKernelLanes<float, F, I>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 8;

    [MethodImpl(Inline)] public static F Load(ref readonly float source) => Vector256.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static void Store(F value, ref float target) => value.StoreUnsafe(ref target);

    [MethodImpl(Inline)] public static F Broadcast(float value) => Vector256.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(int value) => Vector256.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(bool value) => Vector256.Create(value ? -1 : 0);
    [MethodImpl(Inline)] public static I Sequence(int start) => Vector256.Create(start) + Vector256<int>.Indices;

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
    [MethodImpl(Inline)] public static F ReciprocalSqrt(F x) => Vector256<float>.One / Vector256.Sqrt(x);
    [MethodImpl(Inline)] public static F Floor(F x) => Vector256.Floor(x);
    [MethodImpl(Inline)] public static F Ceiling(F x) => Vector256.Ceiling(x);
    [MethodImpl(Inline)] public static F Truncate(F x) => Vector256.Truncate(x);
    [MethodImpl(Inline)] public static F Round(F x) => Vector256.Round(x);
    [MethodImpl(Inline)] public static F CopySign(F x, F y) => Vector256.CopySign(x, y);
    [MethodImpl(Inline)] public static I IsNaN(F x) => Vector256.IsNaN(x).AsInt32();
    [MethodImpl(Inline)] public static I IsInfinity(F x) => Vector256.IsInfinity(x).AsInt32();
    [MethodImpl(Inline)] public static I IsFinite(F x) => Vector256.IsFinite(x).AsInt32();

    [MethodImpl(Inline)] public static I Equal(F x, F y) => Vector256.Equals(x, y).AsInt32();
    [MethodImpl(Inline)] public static I Less(F x, F y) => Vector256.LessThan(x, y).AsInt32();
    [MethodImpl(Inline)] public static I LessOrEqual(F x, F y) => Vector256.LessThanOrEqual(x, y).AsInt32();
    [MethodImpl(Inline)] public static I Greater(F x, F y) => Vector256.GreaterThan(x, y).AsInt32();
    [MethodImpl(Inline)] public static I GreaterOrEqual(F x, F y) => Vector256.GreaterThanOrEqual(x, y).AsInt32();
    [MethodImpl(Inline)] public static I NotEqual(F x, F y) => ~Vector256.Equals(x, y).AsInt32();

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
    public static F Select(I mask, F ifTrue, F ifFalse) =>
        Vector256.ConditionalSelect(mask.AsSingle(), ifTrue, ifFalse);
    [MethodImpl(Inline)]
    public static I Select(I mask, I ifTrue, I ifFalse) => Vector256.ConditionalSelect(mask, ifTrue, ifFalse);

    [MethodImpl(Inline)] public static int CountTrue(I mask, int count) =>
        BitOperations.PopCount((uint)Vector256.ExtractMostSignificantBits(mask) & (uint)((1UL << Math.Min(count, Count)) - 1));
}
