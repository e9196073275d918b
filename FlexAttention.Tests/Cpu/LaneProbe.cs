using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using FlexAttention.Cpu.Lanes;

namespace FlexAttention.Tests.Cpu;

/// <summary>Runs the functions of one kind of lanes on one number in all lanes.</summary>
internal abstract class LaneProbe
{
    public static IReadOnlyDictionary<string, LaneProbe> All { get; } = new Dictionary<string, LaneProbe>
    {
        ["Float128"] = new LaneProbe<Float128, float, Vector128<float>, Vector128<int>>(),
        ["Float256"] = new LaneProbe<Float256, float, Vector256<float>, Vector256<int>>(),
        ["Float512"] = new LaneProbe<Float512, float, Vector512<float>, Vector512<int>>(),
        ["Double256"] = new LaneProbe<Double256, double, Vector256<double>, Vector128<int>>(),
        ["Double512"] = new LaneProbe<Double512, double, Vector512<double>, Vector256<int>>(),
    };

    public abstract bool IsDouble { get; }

    public abstract double Real(string function, double x);

    public abstract int Integer(string function, int x, int y);

    public abstract int Truncate(double x);
}

/// <inheritdoc/>
internal sealed class LaneProbe<TLanes, TScalar, TFloat, TInt> : LaneProbe
    where TLanes : struct, IKernelLanes<TScalar, TFloat, TInt>
    where TScalar : unmanaged
    where TFloat : struct
    where TInt : struct
{
    private static readonly Dictionary<string, Func<TFloat, TFloat>> s_real = new()
    {
        ["Exp"] = TLanes.Exp,
        ["SoftmaxExp"] = TLanes.SoftmaxExp,
        ["Exp2"] = TLanes.Exp2,
        ["Log"] = TLanes.Log,
        ["Log2"] = TLanes.Log2,
        ["Sin"] = TLanes.Sin,
        ["Cos"] = TLanes.Cos,
        ["Tanh"] = TLanes.Tanh,
        ["Sqrt"] = TLanes.Sqrt,
        ["Floor"] = TLanes.Floor,
        ["Round"] = TLanes.Round,
    };

    private static readonly Dictionary<string, Func<TInt, TInt, TInt>> s_integer = new()
    {
        ["Divide"] = TLanes.Divide,
        ["Remainder"] = TLanes.Remainder,
        ["FloorDivide"] = TLanes.FloorDivide,
        ["FloorModulo"] = TLanes.FloorModulo,
        ["ShiftLeft"] = TLanes.ShiftLeft,
        ["ShiftRight"] = TLanes.ShiftRight,
        ["ShiftRightUnsigned"] = TLanes.ShiftRightUnsigned,
    };

    public override bool IsDouble => typeof(TScalar) == typeof(double);

    public override double Real(string function, double x)
    {
        TFloat result = s_real[function](Fill(x));
        return ToDouble(AllEqual<TFloat, TScalar>(result));
    }

    public override int Integer(string function, int x, int y) =>
        AllEqual<TInt, int>(s_integer[function](TLanes.Broadcast(x), TLanes.Broadcast(y)));

    public override int Truncate(double x) => AllEqual<TInt, int>(TLanes.ToInt(Fill(x)));

    private static TFloat Fill(double x) =>
        TLanes.BroadcastScalar(typeof(TScalar) == typeof(double) ? Unsafe.BitCast<double, TScalar>(x) : Narrow((float)x));

    private static TScalar Narrow(float x) => Unsafe.As<float, TScalar>(ref x);

    private static double ToDouble(TScalar x) =>
        typeof(TScalar) == typeof(double) ? Unsafe.As<TScalar, double>(ref x) : Unsafe.As<TScalar, float>(ref x);

    private static TItem AllEqual<TVector, TItem>(TVector vector)
        where TVector : struct
        where TItem : unmanaged
    {
        ref TItem first = ref Unsafe.As<TVector, TItem>(ref vector);
        for (int lane = 1; lane < TLanes.Count; lane++)
            Assert.That(Unsafe.Add(ref first, lane), Is.EqualTo(first), $"lane {lane}");
        return first;
    }
}
