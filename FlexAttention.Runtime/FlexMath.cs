namespace FlexAttention;

/// <summary>Integer helpers that variants may call: division that floors, for formulas ported from Python.</summary>
public static class FlexMath
{
    /// <summary><c>floor(dividend / divisor)</c>: −1 / 2 is −1, where C#'s <c>/</c> gives 0.</summary>
    public static int FloorDiv(int dividend, int divisor)
    {
        int quotient = dividend / divisor;
        return (dividend % divisor != 0) && ((dividend < 0) != (divisor < 0)) ? quotient - 1 : quotient;
    }

    /// <summary>The remainder with the divisor's sign: −1 mod 2 is 1, where C#'s <c>%</c> gives −1.</summary>
    public static int FloorMod(int dividend, int divisor)
    {
        int remainder = dividend % divisor;
        return remainder != 0 && ((remainder < 0) != (divisor < 0)) ? remainder + divisor : remainder;
    }
}
