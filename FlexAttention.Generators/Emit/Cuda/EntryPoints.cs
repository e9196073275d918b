namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes the kernels of a unit. The runtime defines the macro of the kind that it compiles.</summary>
internal static class EntryPoints
{
    /// <summary>The kernels of a forward call, in the order of their launch, and where there is such a kernel.</summary>
    private static readonly (string Name, string Template, string? Condition)[] Forward =
    [
        ("flex_forward", "Forward", null),
        ("flex_forward_combine", "ForwardCombine", "FLEX_SPLIT_KEYS"),
    ];

    /// <summary>The kernels of a backward call, in the order of their launch, and where there is such a kernel.</summary>
    private static readonly (string Name, string Template, string? Condition)[] Backward =
    [
        ("flex_backward_prepare", "BackwardPrepare", null),
        ("flex_backward", "Backward", null),
        ("flex_backward_query", "BackwardQuery", "!FLEX_HOPPER"),
        ("flex_backward_finish", "BackwardFinish", null),
        ("flex_backward_recover", "BackwardRecover", null),
    ];

    private static readonly (string Name, string Template, string Function)[] BlockMask =
    [
        ("flex_block_mask_leaves", "BoundsTableBuilder", "leaves"),
        ("flex_block_mask_levels", "BoundsTableBuilder", "levels"),
        ("flex_block_mask_list", "BlockMask", "list"),
        ("flex_block_mask_count", "BlockMask", "count"),
        ("flex_block_mask_scan", "BlockMaskScan", "run"),
        ("flex_block_mask_fill", "BlockMask", "fill"),
    ];

    public static void Write(SourceWriter writer, string variant, bool hasMask)
    {
        WriteCall(writer, variant, "FLEX_FORWARD", "flex/forward/forward.cuh", "Forward", Forward);
        WriteCall(writer, variant, "FLEX_BACKWARD", "flex/backward/backward.cuh", "Backward", Backward);
        if (hasMask)
            WriteBlockMask(writer, variant);
        Write(writer, variant, "FLEX_CHECK", "flex/core/check.cuh", "Check", ("flex_check", "run"));
        Write(writer, variant, "FLEX_EVALUATE", "flex/core/evaluate.cuh", "Evaluate", ("flex_evaluate", "run"));
        Write(
            writer,
            variant,
            "FLEX_EVALUATE_GRADIENT",
            "flex/core/evaluate_gradient.cuh",
            "EvaluateGradient",
            ("flex_evaluate_gradient", "run"));
    }

    private static void Write(
        SourceWriter writer, string variant, string macro, string header, string template, params (string Name, string Function)[] entries)
    {
        string kernel = Instance(template, variant);
        WriteSection(writer, macro, header, () =>
        {
            foreach ((string name, string function) in entries)
                WriteEntry(writer, variant, name, kernel, kernel, function);
        });
    }

    /// <summary>The kernels of a call. All take the arguments of one of them.</summary>
    private static void WriteCall(
        SourceWriter writer,
        string variant,
        string macro,
        string header,
        string argumentsOwner,
        (string Name, string Template, string? Condition)[] kernels) =>
        WriteSection(writer, macro, header, () =>
        {
            foreach ((string name, string template, string? condition) in kernels)
            {
                if (condition is not null)
                    writer.WriteDirective($"#if {condition}");
                WriteEntry(writer, variant, name, Instance(template, variant), Instance(argumentsOwner, variant), "run");
                if (condition is not null)
                    writer.WriteDirective("#endif");
            }
        });

    /// <summary>The kernels that build a block mask, in the order of their launch. All take the same arguments.</summary>
    private static void WriteBlockMask(SourceWriter writer, string variant) =>
        WriteSection(writer, "FLEX_BLOCK_MASK", "flex/blockmask/blockmask.cuh", () =>
        {
            foreach ((string name, string template, string function) in BlockMask)
                WriteEntry(writer, variant, name, Instance(template, variant), Instance("BlockMask", variant), function);
        });

    private static void WriteSection(SourceWriter writer, string macro, string header, Action writeEntries)
    {
        writer.WriteLine();
        writer.WriteLine($"#if defined({macro})");
        writer.WriteLine($"#include \"{header}\"");
        writeEntries();
        writer.WriteLine("#endif");
    }

    private static void WriteEntry(
        SourceWriter writer, string variant, string name, string kernel, string argumentsOwner, string function)
    {
        writer.WriteLine($"extern \"C\" __global__ void __launch_bounds__({kernel}::kThreads, {kernel}::kMinBlocks)");
        writer.WriteLine($"{name}(const __grid_constant__ {argumentsOwner}::Arguments arguments,");
        using (writer.Block($"    const __grid_constant__ {variant} variant)"))
            writer.WriteLine($"{kernel}::{function}(arguments, variant);");
    }

    private static string Instance(string template, string variant) => $"flex::{template}<{variant}>";
}
