using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FlexAttention.Descriptors;
using F = System.Runtime.Intrinsics.Vector512<float>;
using I = System.Runtime.Intrinsics.Vector512<int>;

namespace FlexAttention.Cpu.Lanes;

/// <content>Captured buffers, and what this library's kernels need.</content>
internal readonly partial struct Float512
{
    [MethodImpl(Inline)] public static F BroadcastScalar(float value) => Vector512.Create(value);
    [MethodImpl(Inline)] public static I LoadInts(ref readonly int source) => Vector512.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static F Reverse(F x) => Vector512.Shuffle(x, Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    [MethodImpl(Inline)] public static I Reverse(I x) => Vector512.Shuffle(x, Vector512.Create(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
    [MethodImpl(Inline)] public static F MultiplyAdd(F x, F y, F z) => Vector512.MultiplyAddEstimate(x, y, z);
    [MethodImpl(Inline)] public static F MaximumNative(F x, F y) => Vector512.MaxNative(x, y);
    [MethodImpl(Inline)] public static float ReduceMaximum(F x) => Reduction.Maximum(x);
    [MethodImpl(Inline)] public static float ReduceSum(F x) => Vector512.Sum(x);
    [MethodImpl(Inline)] public static F SoftmaxExp(F x) => LaneMath<Float512, float, F, I>.SoftmaxExpSingle(x);

    [MethodImpl(Inline)] public static F LoadFloats(ref readonly float source) => Vector512.LoadUnsafe(in source);

    [MethodImpl(Inline)]
    public static F ScaleByPowerOfTwo(F x, F n)
    {
        if (Avx512F.IsSupported)
            return Avx512F.Scale(x, n);
        F scaled = (x.AsInt32() + (Vector512.ConvertToInt32Native(n) << 23)).AsSingle();
        scaled = Vector512.ConditionalSelect(Vector512.LessThan(n, Vector512.Create(-125f)), F.Zero, scaled);
        return Vector512.ConditionalSelect(Vector512.Equals(n, n), scaled, n);
    }

    public static F GatherFloat(in CaptureView view, I i0) =>
        LaneGather<Float512, float, F, I>.Float(in view, 1, i0);

    public static F GatherFloat(in CaptureView view, I i0, I i1) =>
        LaneGather<Float512, float, F, I>.Float(in view, 2, i0, i1);

    public static F GatherFloat(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Float512, float, F, I>.Float(in view, 3, i0, i1, i2);

    public static F GatherFloat(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Float512, float, F, I>.Float(in view, 4, i0, i1, i2, i3);

    public static F GatherHalf(in CaptureView view, I i0) =>
        LaneGather<Float512, float, F, I>.Half(in view, i0);

    public static F GatherHalf(in CaptureView view, I i0, I i1) =>
        LaneGather<Float512, float, F, I>.Half(in view, i0, i1);

    public static F GatherHalf(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Float512, float, F, I>.Half(in view, i0, i1, i2);

    public static F GatherHalf(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Float512, float, F, I>.Half(in view, i0, i1, i2, i3);

    public static I GatherInt(in CaptureView view, I i0) =>
        LaneGather<Float512, float, F, I>.Int(in view, 1, i0);

    public static I GatherInt(in CaptureView view, I i0, I i1) =>
        LaneGather<Float512, float, F, I>.Int(in view, 2, i0, i1);

    public static I GatherInt(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Float512, float, F, I>.Int(in view, 3, i0, i1, i2);

    public static I GatherInt(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Float512, float, F, I>.Int(in view, 4, i0, i1, i2, i3);

    public static I GatherBool(in CaptureView view, I i0) =>
        LaneGather<Float512, float, F, I>.Bool(in view, i0);

    public static I GatherBool(in CaptureView view, I i0, I i1) =>
        LaneGather<Float512, float, F, I>.Bool(in view, i0, i1);

    public static I GatherBool(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Float512, float, F, I>.Bool(in view, i0, i1, i2);

    public static I GatherBool(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Float512, float, F, I>.Bool(in view, i0, i1, i2, i3);
}
