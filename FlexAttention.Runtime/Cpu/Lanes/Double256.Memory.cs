using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using FlexAttention.Descriptors;
using F = System.Runtime.Intrinsics.Vector256<double>;
using I = System.Runtime.Intrinsics.Vector128<int>;

namespace FlexAttention.Cpu.Lanes;

/// <content>Captured buffers, and what this library's kernels need.</content>
internal readonly unsafe partial struct Double256
{
    [MethodImpl(Inline)] public static F BroadcastScalar(double value) => Vector256.Create(value);
    [MethodImpl(Inline)] public static I LoadInts(ref readonly int source) => Vector128.LoadUnsafe(in source);
    [MethodImpl(Inline)] public static F Reverse(F x) => Vector256.Shuffle(x, Vector256.Create(3L, 2L, 1L, 0L));
    [MethodImpl(Inline)] public static I Reverse(I x) => Vector128.Shuffle(x, Vector128.Create(3, 2, 1, 0));
    [MethodImpl(Inline)] public static F MultiplyAdd(F x, F y, F z) => Vector256.MultiplyAddEstimate(x, y, z);
    [MethodImpl(Inline)] public static F MaximumNative(F x, F y) => Vector256.MaxNative(x, y);
    [MethodImpl(Inline)] public static double ReduceMaximum(F x) => Reduction.Maximum(x);
    [MethodImpl(Inline)] public static double ReduceSum(F x) => Vector256.Sum(x);
    [MethodImpl(Inline)] public static F SoftmaxExp(F x) => Vector256.Exp(x);

    [MethodImpl(Inline)]
    public static F LoadFloats(ref readonly float source) =>
        Avx.IsSupported
            ? Avx.ConvertToVector256Double(Vector128.LoadUnsafe(in source))
            : Vector256.Create(Vector128.WidenLower(Vector128.LoadUnsafe(in source)), Vector128.WidenUpper(Vector128.LoadUnsafe(in source)));

    // Only single precision has an exponential of its own.
    [MethodImpl(Inline)]
    public static F ScaleByPowerOfTwo(F x, F n) => PerLane.Map<double, F>(x, n, &PerLane.ScaleByPowerOfTwo);

    public static F GatherFloat(in CaptureView view, I i0) =>
        LaneGather<Double256, double, F, I>.Float(in view, 1, i0);

    public static F GatherFloat(in CaptureView view, I i0, I i1) =>
        LaneGather<Double256, double, F, I>.Float(in view, 2, i0, i1);

    public static F GatherFloat(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Double256, double, F, I>.Float(in view, 3, i0, i1, i2);

    public static F GatherFloat(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Double256, double, F, I>.Float(in view, 4, i0, i1, i2, i3);

    public static F GatherHalf(in CaptureView view, I i0) =>
        LaneGather<Double256, double, F, I>.Half(in view, i0);

    public static F GatherHalf(in CaptureView view, I i0, I i1) =>
        LaneGather<Double256, double, F, I>.Half(in view, i0, i1);

    public static F GatherHalf(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Double256, double, F, I>.Half(in view, i0, i1, i2);

    public static F GatherHalf(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Double256, double, F, I>.Half(in view, i0, i1, i2, i3);

    public static I GatherInt(in CaptureView view, I i0) =>
        LaneGather<Double256, double, F, I>.Int(in view, 1, i0);

    public static I GatherInt(in CaptureView view, I i0, I i1) =>
        LaneGather<Double256, double, F, I>.Int(in view, 2, i0, i1);

    public static I GatherInt(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Double256, double, F, I>.Int(in view, 3, i0, i1, i2);

    public static I GatherInt(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Double256, double, F, I>.Int(in view, 4, i0, i1, i2, i3);

    public static I GatherBool(in CaptureView view, I i0) =>
        LaneGather<Double256, double, F, I>.Bool(in view, i0);

    public static I GatherBool(in CaptureView view, I i0, I i1) =>
        LaneGather<Double256, double, F, I>.Bool(in view, i0, i1);

    public static I GatherBool(in CaptureView view, I i0, I i1, I i2) =>
        LaneGather<Double256, double, F, I>.Bool(in view, i0, i1, i2);

    public static I GatherBool(in CaptureView view, I i0, I i1, I i2, I i3) =>
        LaneGather<Double256, double, F, I>.Bool(in view, i0, i1, i2, i3);
}
