using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>What reads of captured buffers are called: <c>CaptureReader.Float</c>, <c>TLanes.GatherFloat</c>.</summary>
internal static class LoadFunctions
{
    public static string Of(CaptureElement element) => element switch
    {
        CaptureElement.Float32 => "Float",
        CaptureElement.Half => "Half",
        CaptureElement.Int32 => "Int",
        CaptureElement.Bool => "Bool",
        _ => throw new ArgumentOutOfRangeException(nameof(element), element, "No buffer has this element type."),
    };
}
