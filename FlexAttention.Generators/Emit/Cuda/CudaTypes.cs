using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>The spelling of types.</summary>
internal static class CudaTypes
{
    public static string Of(IrType type) => type switch
    {
        IrType.Bool => "bool",
        IrType.Int32 => "int",
        IrType.UInt32 => "flex::u32",
        IrType.Int64 => "flex::i64",
        IrType.UInt64 => "flex::u64",
        IrType.Float32 => "float",
        IrType.Float64 => "double",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "An unknown type."),
    };

    /// <summary>The type of the member that holds a capture: the CUDA side of <c>CaptureView</c>, or a scalar.</summary>
    public static string Of(CaptureModel capture) =>
        capture.Rank == 0 ? OfScalar(capture.Element) : $"flex::Buffer<{OfElement(capture.Element)}, {capture.Rank}>";

    /// <summary>A bool is held as an int, and a half as the float that it is read as.</summary>
    private static string OfScalar(CaptureElement element) => element switch
    {
        CaptureElement.Bool => "int",
        CaptureElement.Half => "float",
        _ => OfElement(element),
    };

    private static string OfElement(CaptureElement element) => element switch
    {
        CaptureElement.Int32 => "int",
        CaptureElement.Float32 => "float",
        CaptureElement.Half => "flex::fp16",
        CaptureElement.Bool => "bool",
        CaptureElement.UInt32 => "flex::u32",
        CaptureElement.Int64 => "flex::i64",
        CaptureElement.Float64 => "double",
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, "An unknown element type."),
    };
}
