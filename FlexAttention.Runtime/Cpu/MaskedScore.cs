using System.Runtime.CompilerServices;

namespace FlexAttention.Cpu;

/// <summary>The score of a pair that a mask rejects. Called by generated code.</summary>
public static class MaskedScore
{
    /// <summary>Sets a score to negative infinity.</summary>
    /// <param name="score">The score: a <see cref="float"/> or a <see cref="double"/>.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Set<TScalar>(ref TScalar score)
        where TScalar : unmanaged
    {
        if (typeof(TScalar) == typeof(double))
            Unsafe.As<TScalar, double>(ref score) = double.NegativeInfinity;
        else
            Unsafe.As<TScalar, float>(ref score) = float.NegativeInfinity;
    }
}
