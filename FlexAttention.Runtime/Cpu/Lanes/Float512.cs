using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector512<float>;
using I = System.Runtime.Intrinsics.Vector512<int>;

namespace FlexAttention.Cpu.Lanes;

/// <summary>16 floats and 16 integers of 512 bits.</summary>
internal readonly partial struct Float512 : IKernelLanes<float, F, I>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 16;

    [MethodImpl(Inline)] public static F Load(ref readonly float source) => Vector512.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static void Store(F value, ref float target) => value.StoreUnsafe(ref target);

    [MethodImpl(Inline)] public static F Broadcast(float value) => Vector512.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(int value) => Vector512.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(bool value) => Vector512.Create(value ? -1 : 0);
    [MethodImpl(Inline)] public static I Sequence(int start) => Vector512.Create(start) + Vector512<int>.Indices;

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
    [MethodImpl(Inline)] public static F ReciprocalSqrt(F x) => Vector512<float>.One / Vector512.Sqrt(x);
    [MethodImpl(Inline)] public static F Floor(F x) => Vector512.Floor(x);
    [MethodImpl(Inline)] public static F Ceiling(F x) => Vector512.Ceiling(x);
    [MethodImpl(Inline)] public static F Truncate(F x) => Vector512.Truncate(x);
    [MethodImpl(Inline)] public static F Round(F x) => Vector512.Round(x);
    [MethodImpl(Inline)] public static F CopySign(F x, F y) => Vector512.CopySign(x, y);
    [MethodImpl(Inline)] public static I IsNaN(F x) => Vector512.IsNaN(x).AsInt32();
    [MethodImpl(Inline)] public static I IsInfinity(F x) => Vector512.IsInfinity(x).AsInt32();
    [MethodImpl(Inline)] public static I IsFinite(F x) => Vector512.IsFinite(x).AsInt32();

    [MethodImpl(Inline)] public static I Equal(F x, F y) => Vector512.Equals(x, y).AsInt32();
    [MethodImpl(Inline)] public static I Less(F x, F y) => Vector512.LessThan(x, y).AsInt32();
    [MethodImpl(Inline)] public static I LessOrEqual(F x, F y) => Vector512.LessThanOrEqual(x, y).AsInt32();
    [MethodImpl(Inline)] public static I Greater(F x, F y) => Vector512.GreaterThan(x, y).AsInt32();
    [MethodImpl(Inline)] public static I GreaterOrEqual(F x, F y) => Vector512.GreaterThanOrEqual(x, y).AsInt32();
    [MethodImpl(Inline)] public static I NotEqual(F x, F y) => ~Vector512.Equals(x, y).AsInt32();

    [MethodImpl(Inline)] public static I Add(I x, I y) => x + y;
    [MethodImpl(Inline)] public static I Subtract(I x, I y) => x - y;
    [MethodImpl(Inline)] public static I Multiply(I x, I y) => x * y;
    [MethodImpl(Inline)] public static I Negate(I x) => -x;
    [MethodImpl(Inline)] public static I Minimum(I x, I y) => Vector512.Min(x, y);
    [MethodImpl(Inline)] public static I Maximum(I x, I y) => Vector512.Max(x, y);
    [MethodImpl(Inline)] public static I Abs(I x) => Vector512.Abs(x);
    [MethodImpl(Inline)] public static I And(I x, I y) => x & y;
    [MethodImpl(Inline)] public static I Or(I x, I y) => x | y;
    [MethodImpl(Inline)] public static I Xor(I x, I y) => x ^ y;
    [MethodImpl(Inline)] public static I Not(I x) => ~x;
    [MethodImpl(Inline)] public static I Equal(I x, I y) => Vector512.Equals(x, y);
    [MethodImpl(Inline)] public static I Less(I x, I y) => Vector512.LessThan(x, y);
    [MethodImpl(Inline)] public static I LessOrEqual(I x, I y) => Vector512.LessThanOrEqual(x, y);
    [MethodImpl(Inline)] public static I Greater(I x, I y) => Vector512.GreaterThan(x, y);
    [MethodImpl(Inline)] public static I GreaterOrEqual(I x, I y) => Vector512.GreaterThanOrEqual(x, y);
    [MethodImpl(Inline)] public static I NotEqual(I x, I y) => ~Vector512.Equals(x, y);

    [MethodImpl(Inline)]
    public static F Select(I mask, F ifTrue, F ifFalse) =>
        Vector512.ConditionalSelect(mask.AsSingle(), ifTrue, ifFalse);
    [MethodImpl(Inline)]
    public static I Select(I mask, I ifTrue, I ifFalse) => Vector512.ConditionalSelect(mask, ifTrue, ifFalse);

    [MethodImpl(Inline)] public static int CountTrue(I mask, int count) =>
        BitOperations.PopCount((uint)Vector512.ExtractMostSignificantBits(mask) & (uint)((1UL << Math.Min(count, Count)) - 1));
}
