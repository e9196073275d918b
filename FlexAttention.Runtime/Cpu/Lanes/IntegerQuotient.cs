using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FlexAttention.Cpu.Lanes;

/// <summary>
/// Truncating division of 32-bit integers, for which vectors have no instruction. A quotient of 32-bit integers, rounded
/// to double, has the exact quotient's integral part.
/// </summary>
internal static class IntegerQuotient
{
    /// <summary>x / y for divisors other than 0; the one overflow wraps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector128<int> Of(Vector128<int> x, Vector128<int> y)
    {
        // Out of range, this conversion gives 0x80000000: what the overflow wraps to.
        if (Avx.IsSupported)
            return Avx.ConvertToVector128Int32WithTruncation(Avx.ConvertToVector256Double(x) / Avx.ConvertToVector256Double(y));
        return Vector128.Narrow(
            Vector128.ConvertToInt64Native(Real(Vector128.WidenLower(x)) / Real(Vector128.WidenLower(y))),
            Vector128.ConvertToInt64Native(Real(Vector128.WidenUpper(x)) / Real(Vector128.WidenUpper(y))));
    }

    private static Vector128<double> Real(Vector128<long> x) => Vector128.ConvertToDouble(x);
}
