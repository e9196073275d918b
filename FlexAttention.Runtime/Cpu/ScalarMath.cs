namespace FlexAttention.Cpu;

/// <summary>
/// The operations that plain C# would throw in, or has no function for, as every target of a variant computes them: a
/// zero divisor gives 0 and everything else wraps. Called by generated code.
/// </summary>
public static class ScalarMath
{
    /// <summary>Truncating division; a zero divisor gives 0, and the one overflow wraps.</summary>
    public static int Divide(int x, int y) => y switch
    {
        0 => 0,
        -1 => unchecked(-x),
        _ => x / y,
    };

    /// <inheritdoc cref="Divide(int, int)"/>
    public static long Divide(long x, long y) => y switch
    {
        0 => 0,
        -1 => unchecked(-x),
        _ => x / y,
    };

    /// <inheritdoc cref="Divide(int, int)"/>
    public static uint Divide(uint x, uint y) => y == 0 ? 0 : x / y;

    /// <inheritdoc cref="Divide(int, int)"/>
    public static ulong Divide(ulong x, ulong y) => y == 0 ? 0 : x / y;

    /// <summary>The remainder of the truncating division; a zero divisor gives 0.</summary>
    public static int Remainder(int x, int y) => y is 0 or -1 ? 0 : x % y;

    /// <inheritdoc cref="Remainder(int, int)"/>
    public static long Remainder(long x, long y) => y is 0 or -1 ? 0 : x % y;

    /// <inheritdoc cref="Remainder(int, int)"/>
    public static uint Remainder(uint x, uint y) => y == 0 ? 0 : x % y;

    /// <inheritdoc cref="Remainder(int, int)"/>
    public static ulong Remainder(ulong x, ulong y) => y == 0 ? 0 : x % y;

    /// <summary>The quotient rounded down; a zero divisor gives 0.</summary>
    public static int FloorDivide(int x, int y)
    {
        int quotient = Divide(x, y);
        return Remainder(x, y) != 0 && (x ^ y) < 0 ? quotient - 1 : quotient;
    }

    /// <inheritdoc cref="FloorDivide(int, int)"/>
    public static long FloorDivide(long x, long y)
    {
        long quotient = Divide(x, y);
        return Remainder(x, y) != 0 && (x ^ y) < 0 ? quotient - 1 : quotient;
    }

    /// <inheritdoc cref="FloorDivide(int, int)"/>
    public static uint FloorDivide(uint x, uint y) => Divide(x, y);

    /// <inheritdoc cref="FloorDivide(int, int)"/>
    public static ulong FloorDivide(ulong x, ulong y) => Divide(x, y);

    /// <summary>The remainder with the divisor's sign; a zero divisor gives 0.</summary>
    public static int FloorModulo(int x, int y)
    {
        int remainder = Remainder(x, y);
        return remainder != 0 && (remainder ^ y) < 0 ? remainder + y : remainder;
    }

    /// <inheritdoc cref="FloorModulo(int, int)"/>
    public static long FloorModulo(long x, long y)
    {
        long remainder = Remainder(x, y);
        return remainder != 0 && (remainder ^ y) < 0 ? remainder + y : remainder;
    }

    /// <inheritdoc cref="FloorModulo(int, int)"/>
    public static uint FloorModulo(uint x, uint y) => Remainder(x, y);

    /// <inheritdoc cref="FloorModulo(int, int)"/>
    public static ulong FloorModulo(ulong x, ulong y) => Remainder(x, y);

    /// <summary>The absolute value; that of the lowest number wraps to itself.</summary>
    public static int Abs(int x) => x < 0 ? unchecked(-x) : x;

    /// <inheritdoc cref="Abs(int)"/>
    public static long Abs(long x) => x < 0 ? unchecked(-x) : x;

    /// <summary>The absolute value.</summary>
    public static float Abs(float x) => MathF.Abs(x);

    /// <inheritdoc cref="Abs(float)"/>
    public static double Abs(double x) => Math.Abs(x);

    /// <summary>-1, 0 or 1 by the sign; 0 for NaN.</summary>
    public static int Sign(int x) => Math.Sign(x);

    /// <inheritdoc cref="Sign(int)"/>
    public static int Sign(long x) => Math.Sign(x);

    /// <inheritdoc cref="Sign(int)"/>
    public static int Sign(float x) => (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0);

    /// <inheritdoc cref="Sign(int)"/>
    public static int Sign(double x) => (x > 0 ? 1 : 0) - (x < 0 ? 1 : 0);

    /// <summary>1 / sqrt(x), each step rounded.</summary>
    public static float ReciprocalSqrt(float x) => 1 / MathF.Sqrt(x);

    /// <inheritdoc cref="ReciprocalSqrt(float)"/>
    public static double ReciprocalSqrt(double x) => 1 / Math.Sqrt(x);
}
