using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using F = System.Runtime.Intrinsics.Vector128<float>;
using I = System.Runtime.Intrinsics.Vector128<int>;

namespace FlexAttention.Cpu.Lanes;

/// <summary>4 floats and 4 integers of 128 bits.</summary>
internal readonly partial struct Float128 : IKernelLanes<float, F, I>
{
    private const MethodImplOptions Inline = MethodImplOptions.AggressiveInlining;

    public static int Count => 4;

    [MethodImpl(Inline)] public static F Load(ref readonly float source) => Vector128.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static void Store(F value, ref float target) => value.StoreUnsafe(ref target);

    [MethodImpl(Inline)] public static F Broadcast(float value) => Vector128.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(int value) => Vector128.Create(value);
    [MethodImpl(Inline)] public static I Broadcast(bool value) => Vector128.Create(value ? -1 : 0);
    [MethodImpl(Inline)] public static I Sequence(int start) => Vector128.Create(start) + Vector128<int>.Indices;

    [MethodImpl(Inline)] public static F Add(F x, F y) => x + y;
    [MethodImpl(Inline)] public static F Subtract(F x, F y) => x - y;
    [MethodImpl(Inline)] public static F Multiply(F x, F y) => x * y;
    [MethodImpl(Inline)] public static F Divide(F x, F y) => x / y;
    [MethodImpl(Inline)] public static F Negate(F x) => -x;
    [MethodImpl(Inline)] public static F Minimum(F x, F y) => Vector128.Min(x, y);
    [MethodImpl(Inline)] public static F Maximum(F x, F y) => Vector128.Max(x, y);
    [MethodImpl(Inline)] public static F Abs(F x) => Vector128.Abs(x);
    [MethodImpl(Inline)] public static F FusedMultiplyAdd(F x, F y, F z) => Vector128.FusedMultiplyAdd(x, y, z);
    [MethodImpl(Inline)] public static F Sqrt(F x) => Vector128.Sqrt(x);
    [MethodImpl(Inline)] public static F ReciprocalSqrt(F x) => Vector128<float>.One / Vector128.Sqrt(x);
    [MethodImpl(Inline)] public static F Floor(F x) => Vector128.Floor(x);
    [MethodImpl(Inline)] public static F Ceiling(F x) => Vector128.Ceiling(x);
    [MethodImpl(Inline)] public static F Truncate(F x) => Vector128.Truncate(x);
    [MethodImpl(Inline)] public static F Round(F x) => Vector128.Round(x);
    [MethodImpl(Inline)] public static F CopySign(F x, F y) => Vector128.CopySign(x, y);
    [MethodImpl(Inline)] public static I IsNaN(F x) => Vector128.IsNaN(x).AsInt32();
    [MethodImpl(Inline)] public static I IsInfinity(F x) => Vector128.IsInfinity(x).AsInt32();
    [MethodImpl(Inline)] public static I IsFinite(F x) => Vector128.IsFinite(x).AsInt32();

    [MethodImpl(Inline)] public static I Equal(F x, F y) => Vector128.Equals(x, y).AsInt32();
    [MethodImpl(Inline)] public static I Less(F x, F y) => Vector128.LessThan(x, y).AsInt32();
    [MethodImpl(Inline)] public static I LessOrEqual(F x, F y) => Vector128.LessThanOrEqual(x, y).AsInt32();
    [MethodImpl(Inline)] public static I Greater(F x, F y) => Vector128.GreaterThan(x, y).AsInt32();
    [MethodImpl(Inline)] public static I GreaterOrEqual(F x, F y) => Vector128.GreaterThanOrEqual(x, y).AsInt32();
    [MethodImpl(Inline)] public static I NotEqual(F x, F y) => ~Vector128.Equals(x, y).AsInt32();

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
    public static F Select(I mask, F ifTrue, F ifFalse) =>
        Vector128.ConditionalSelect(mask.AsSingle(), ifTrue, ifFalse);
    [MethodImpl(Inline)]
    public static I Select(I mask, I ifTrue, I ifFalse) => Vector128.ConditionalSelect(mask, ifTrue, ifFalse);

    [MethodImpl(Inline)] public static int CountTrue(I mask, int count) =>
        BitOperations.PopCount((uint)Vector128.ExtractMostSignificantBits(mask) & (uint)((1UL << Math.Min(count, Count)) - 1));
}
