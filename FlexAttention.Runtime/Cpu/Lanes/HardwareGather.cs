using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace FlexAttention.Cpu.Lanes;

/// <summary>AVX2's gathers, 8 or 4 lanes at a time. A lane whose mask is not set reads no memory and gives 0.</summary>
internal static unsafe class HardwareGather
{
    /// <summary>Reads floats.</summary>
    /// <param name="data">The first element of the buffer.</param>
    /// <param name="offsets">The first of the elements' positions.</param>
    /// <param name="mask">The first lane of the mask.</param>
    /// <param name="count">The number of lanes: 4, 8 or 16.</param>
    /// <param name="values">The first of the lanes to write.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Floats(float* data, ref int offsets, ref int mask, int count, ref float values)
    {
        if (count == 4)
        {
            Avx2.GatherMaskVector128(
                Vector128<float>.Zero, data, Vector128.LoadUnsafe(ref offsets), Vector128.LoadUnsafe(ref mask).AsSingle(), sizeof(float))
                .StoreUnsafe(ref values);
            return;
        }

        for (nuint lane = 0; lane < (nuint)count; lane += 8)
        {
            Avx2.GatherMaskVector256(
                Vector256<float>.Zero,
                data,
                Vector256.LoadUnsafe(ref offsets, lane),
                Vector256.LoadUnsafe(ref mask, lane).AsSingle(),
                sizeof(float))
                .StoreUnsafe(ref values, lane);
        }
    }

    /// <summary>Reads integers in place of their positions.</summary>
    /// <inheritdoc cref="Floats"/>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Ints(int* data, ref int offsets, ref int mask, int count) =>
        Floats((float*)data, ref offsets, ref mask, count, ref Unsafe.As<int, float>(ref offsets));
}
