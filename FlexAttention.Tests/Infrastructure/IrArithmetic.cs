using System.Numerics;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Tests;

/// <summary>The operations of the IR on boxed numbers, written with .NET's own.</summary>
internal static class IrArithmetic
{
    public static object Apply(IrOp op, object[] x) => x[0] switch
    {
        bool => Logic(op, x),
        int => Integer<int>(op, x),
        uint => Integer<uint>(op, x),
        long => Integer<long>(op, x),
        ulong => Integer<ulong>(op, x),
        float => Float<float>(op, x),
        _ => Float<double>(op, x),
    };

    public static object Convert(object value, IrType type) => value switch
    {
        bool => value,
        int number => Convert(number, type),
        uint number => Convert(number, type),
        long number => Convert(number, type),
        ulong number => Convert(number, type),
        float number => Convert(number, type),
        _ => Convert((double)value, type),
    };

    private static object Convert<T>(T value, IrType type)
        where T : INumberBase<T> => type switch
    {
        IrType.Int32 => (object)int.CreateTruncating(value),
        IrType.UInt32 => uint.CreateTruncating(value),
        IrType.Int64 => long.CreateTruncating(value),
        IrType.UInt64 => ulong.CreateTruncating(value),
        IrType.Float32 => float.CreateTruncating(value),
        _ => double.CreateTruncating(value),
    };

    private static bool Logic(IrOp op, object[] x)
    {
        bool left = (bool)x[0];
        bool right = x.Length > 1 && (bool)x[1];
        return op switch
        {
            IrOp.Not => !left,
            IrOp.And => left & right,
            IrOp.Or => left | right,
            IrOp.Xor or IrOp.NotEqual => left ^ right,
            IrOp.Equal => left == right,
            _ => throw Unknown(op),
        };
    }

    private static object Integer<T>(IrOp op, object[] arguments)
        where T : IBinaryInteger<T>
    {
        var x = (T)arguments[0];
        if (op is IrOp.ShiftLeft or IrOp.ShiftRight or IrOp.ShiftRightUnsigned)
            return Shift(op, x, (int)arguments[1]);
        T y = arguments.Length > 1 ? (T)arguments[1] : T.Zero;
        return op switch
        {
            IrOp.And => x & y,
            IrOp.Or => x | y,
            IrOp.Xor => x ^ y,
            IrOp.Not => ~x,
            IrOp.Divide => y == T.Zero ? y : T.IsNegative(y) && y + T.One == T.Zero ? -x : x / y,
            IrOp.Remainder => y == T.Zero || (T.IsNegative(y) && y + T.One == T.Zero) ? T.Zero : x % y,
            IrOp.FloorDivide => FlexMath.FloorDiv((int)arguments[0], (int)arguments[1]),
            IrOp.FloorModulo => FlexMath.FloorMod((int)arguments[0], (int)arguments[1]),
            _ => Number(op, x, y),
        };
    }

    private static object Shift<T>(IrOp op, T x, int count)
        where T : IBinaryInteger<T> => op switch
    {
        IrOp.ShiftLeft => x << count,
        IrOp.ShiftRight => x >> count,
        _ => x >>> count,
    };

    private static object Float<T>(IrOp op, object[] arguments)
        where T : IFloatingPointIeee754<T>
    {
        var x = (T)arguments[0];
        T y = arguments.Length > 1 ? (T)arguments[1] : T.Zero;
        return op switch
        {
            IrOp.Divide => x / y,
            IrOp.Remainder => x % y,
            IrOp.FusedMultiplyAdd => T.FusedMultiplyAdd(x, y, (T)arguments[2]),
            IrOp.Sqrt => T.Sqrt(x),
            IrOp.ReciprocalSqrt => T.One / T.Sqrt(x),
            IrOp.Cbrt => T.Cbrt(x),
            IrOp.Exp => T.Exp(x),
            IrOp.Exp2 => T.Exp2(x),
            IrOp.Log => T.Log(x),
            IrOp.Log2 => T.Log2(x),
            IrOp.Log10 => T.Log10(x),
            IrOp.Power => T.Pow(x, y),
            IrOp.Sin => T.Sin(x),
            IrOp.Cos => T.Cos(x),
            IrOp.Tan => T.Tan(x),
            IrOp.Asin => T.Asin(x),
            IrOp.Acos => T.Acos(x),
            IrOp.Atan => T.Atan(x),
            IrOp.Atan2 => T.Atan2(x, y),
            IrOp.Sinh => T.Sinh(x),
            IrOp.Cosh => T.Cosh(x),
            IrOp.Tanh => T.Tanh(x),
            IrOp.Asinh => T.Asinh(x),
            IrOp.Acosh => T.Acosh(x),
            IrOp.Atanh => T.Atanh(x),
            IrOp.Floor => T.Floor(x),
            IrOp.Ceiling => T.Ceiling(x),
            IrOp.Truncate => T.Truncate(x),
            IrOp.Round => T.Round(x),
            IrOp.CopySign => T.CopySign(x, y),
            IrOp.IsNaN => T.IsNaN(x),
            IrOp.IsInfinity => T.IsInfinity(x),
            IrOp.IsFinite => T.IsFinite(x),
            _ => Number(op, x, y),
        };
    }

    private static object Number<T>(IrOp op, T x, T y)
        where T : INumber<T> => op switch
    {
        IrOp.Add => x + y,
        IrOp.Subtract => x - y,
        IrOp.Multiply => x * y,
        IrOp.Negate => -x,
        IrOp.Minimum => T.Min(x, y),
        IrOp.Maximum => T.Max(x, y),
        IrOp.Abs => T.Abs(x),
        IrOp.Sign => T.Sign(x),
        IrOp.Equal => x == y,
        IrOp.NotEqual => x != y,
        IrOp.Less => x < y,
        IrOp.LessOrEqual => x <= y,
        IrOp.Greater => x > y,
        IrOp.GreaterOrEqual => x >= y,
        _ => throw Unknown(op),
    };

    private static ArgumentOutOfRangeException Unknown(IrOp op) => new(nameof(op), op, "The operation is not defined on this type.");
}
