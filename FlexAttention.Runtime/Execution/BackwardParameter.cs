using FlexAttention.Compilation;

namespace FlexAttention.Execution;

/// <summary>
/// The first parameter of the kernels of a backward call: on Hopper the tensor maps, then the problem, then a
/// <see cref="GradientTarget"/> for each learnable capture.
/// </summary>
internal readonly unsafe struct BackwardParameter
{
    /// <summary>Lays it out in memory of <see cref="RoomFor"/> bytes.</summary>
    public BackwardParameter(byte* room, in BackwardConfig config)
    {
        // C# aligns no local to 64 bytes, which the tensor maps need while they are encoded.
        byte* start = (byte*)(((nint)room + TensorMap.Alignment - 1) & -TensorMap.Alignment);
        bool isHopper = config.Tile.Family == KernelFamily.Hopper;
        Address = start;
        Hopper = isHopper ? (BackwardSm90Arguments*)start : null;
        Problem = (DeviceBackwardArguments*)(isHopper ? start + sizeof(BackwardSm90Arguments) : start);
    }

    /// <summary>What the kernels get.</summary>
    public void* Address { get; }

    /// <summary>Its start for the Hopper kernels; null for others.</summary>
    public BackwardSm90Arguments* Hopper { get; }

    /// <summary>The problem.</summary>
    public DeviceBackwardArguments* Problem { get; }

    /// <summary>The bytes that it takes at most, wherever they begin; the CUDA struct ends on the maps' alignment, too.</summary>
    public static int RoomFor(int targets) =>
        sizeof(BackwardSm90Arguments) + sizeof(DeviceBackwardArguments) + (targets * sizeof(GradientTarget)) + (2 * TensorMap.Alignment);
}
