using System.Runtime.CompilerServices;

namespace FlexAttention.Cpu.Forward;

/// <summary>Converts runs of elements between a tensor's type and the type that the kernel computes in.</summary>
internal static unsafe class RowElements<T, TScalar>
    where T : unmanaged
    where TScalar : unmanaged
{
    /// <summary>Widens a run; exact.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Read(T* source, int count, TScalar* target)
    {
        if (typeof(T) == typeof(Half))
            Widening.FromHalf((ushort*)source, count, (float*)target);
        else if (typeof(T) == typeof(BFloat16))
            Widening.FromBFloat16((ushort*)source, count, (float*)target);
        else
            Unsafe.CopyBlockUnaligned(target, source, (uint)(count * sizeof(T)));
    }

    /// <summary>Rounds a run.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Write(TScalar* source, int count, T* target)
    {
        if (typeof(T) == typeof(TScalar))
        {
            Unsafe.CopyBlockUnaligned(target, source, (uint)(count * sizeof(T)));
            return;
        }

        for (int i = 0; i < count; i++)
            target[i] = Round(((float*)source)[i]);
    }

    private static T Round(float value) =>
        typeof(T) == typeof(Half)
            ? Unsafe.BitCast<Half, T>((Half)value)
            : Unsafe.BitCast<BFloat16, T>(BFloat16.FromSingle(value));
}
