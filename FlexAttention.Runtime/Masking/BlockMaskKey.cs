using FlexAttention.Descriptors;

namespace FlexAttention.Masking;

/// <summary>What a block mask depends on.</summary>
/// <param name="Variant">The mask variant's struct.</param>
/// <param name="Batch">The number of batches.</param>
/// <param name="Heads">The number of heads.</param>
/// <param name="Grid">How pairs are divided into blocks.</param>
/// <param name="Device">Where it is kept.</param>
/// <param name="Captures">A digest of what the captures hold.</param>
internal readonly record struct BlockMaskKey(Type Variant, int Batch, int Heads, BlockGrid Grid, Device Device, string Captures)
{
    public static BlockMaskKey Of<TVariant>(in TVariant variant, int batch, int heads, BlockGrid grid, BlockMaskOptions options)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        Device device = options.Device ?? Device.Cpu;
        return new BlockMaskKey(
            typeof(TVariant), batch, heads, grid, device, CaptureDigest.Of(in variant, device, options.CaptureVersion));
    }
}
