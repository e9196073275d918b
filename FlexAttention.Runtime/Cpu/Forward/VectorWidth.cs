using System.Runtime.Intrinsics;

namespace FlexAttention.Cpu.Forward;

/// <summary>The width of the vectors that a kernel is compiled for.</summary>
internal enum VectorWidth
{
    Bits128 = 128,
    Bits256 = 256,
    Bits512 = 512,
}

/// <summary>What this machine has.</summary>
internal static class VectorWidths
{
    /// <summary>The widest vectors in hardware.</summary>
    public static VectorWidth Widest =>
        Vector512.IsHardwareAccelerated ? VectorWidth.Bits512
        : Vector256.IsHardwareAccelerated ? VectorWidth.Bits256
        : VectorWidth.Bits128;
}
