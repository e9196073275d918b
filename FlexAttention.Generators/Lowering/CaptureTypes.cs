using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Lowering;

/// <summary>The types in which captures are computed with.</summary>
internal static class CaptureTypes
{
    public static IrType ElementType(CaptureElement element) => element switch
    {
        CaptureElement.Int32 => IrType.Int32,
        CaptureElement.UInt32 => IrType.UInt32,
        CaptureElement.Int64 => IrType.Int64,
        CaptureElement.Bool => IrType.Bool,
        CaptureElement.Float64 => IrType.Float64,
        _ => IrType.Float32,
    };
}
