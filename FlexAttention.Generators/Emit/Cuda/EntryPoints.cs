namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes the kernels of a unit. The runtime defines the macro of the kind that it compiles.</summary>
internal static class EntryPoints
{
    public static void Write(SourceWriter writer, string variant, bool hasMask)
    {
        Write(writer, variant, "FLEX_FORWARD", "flex/forward/forward.cuh", "Forward", ("flex_forward", "run"));
        if (hasMask)
        {
            Write(
                writer,
                variant,
                "FLEX_BLOCK_MASK",
                "flex/blockmask/blockmask.cuh",
                "BlockMask",
                ("flex_block_mask_count", "count"),
                ("flex_block_mask_fill", "fill"));
        }

        Write(writer, variant, "FLEX_CHECK", "flex/core/check.cuh", "Check", ("flex_check", "run"));
        Write(writer, variant, "FLEX_EVALUATE", "flex/core/evaluate.cuh", "Evaluate", ("flex_evaluate", "run"));
    }

    private static void Write(
        SourceWriter writer, string variant, string macro, string header, string template, params (string Name, string Function)[] entries)
    {
        string kernel = $"flex::{template}<{variant}>";
        writer.WriteLine();
        writer.WriteLine($"#if defined({macro})");
        writer.WriteLine($"#include \"{header}\"");
        foreach ((string name, string function) in entries)
        {
            writer.WriteLine($"extern \"C\" __global__ void __launch_bounds__({kernel}::kThreads, {kernel}::kMinBlocks)");
            writer.WriteLine($"{name}(const __grid_constant__ {kernel}::Arguments arguments,");
            using (writer.Block($"    const __grid_constant__ {variant} variant)"))
                writer.WriteLine($"{kernel}::{function}(arguments, variant);");
        }

        writer.WriteLine("#endif");
    }
}
