using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>
/// Writes a variant's CUDA unit: the struct that holds its captures and whose functions the kernels call, and the entry
/// points that instantiate the kernel templates with it.
/// </summary>
internal static class CudaEmitter
{
    /// <summary>The unit of a variant.</summary>
    public static string Emit(VariantModel model) => Emit(model, Differentiator.Run(model));

    /// <summary>The unit of a variant whose score has been differentiated.</summary>
    public static string Emit(VariantModel model, ScoreGradient? gradient)
    {
        SourceWriter writer = SourceWriter.Cuda();
        string name = CudaNames.Variant(model);
        WriteHeader(writer, model);
        WriteStruct(writer, model, gradient, name);
        EntryPoints.Write(writer, name, hasMask: model.Mask is not null);
        return writer.ToString();
    }

    private static void WriteHeader(SourceWriter writer, VariantModel model)
    {
        writer.WriteLine($"// {model.FullName}, generated from C#:");
        foreach (string line in model.Documentation.Replace("\r\n", "\n").TrimEnd('\n').Split('\n'))
            writer.WriteLine(Comment(line.TrimEnd()));
        writer.WriteLine("#include \"flex/variant.cuh\"");
        writer.WriteLine();
    }

    /// <summary>A comment whose last character is a backslash would swallow the next line.</summary>
    private static string Comment(string line) =>
        line.Length == 0 ? "//" : "//   " + line + (line.EndsWith("\\", StringComparison.Ordinal) ? "." : "");

    private static void WriteStruct(SourceWriter writer, VariantModel model, ScoreGradient? gradient, string name)
    {
        var unit = new UnitContext(writer, new LineDirectives(writer, name + ".cu"), CudaNames.Captures(model));
        using (writer.Block($"struct {name}", "};"))
        {
            for (int i = 0; i < unit.Captures.Length; i++)
                writer.WriteLine($"{CudaTypes.Of(model.Captures[i])} {unit.Captures[i]};");
            if (unit.Captures.Length > 0)
                writer.WriteLine();
            KernelGraph written = KernelGraph.Of(model);
            HookConstants.WriteGradient(writer, gradient, model.Learnable.Count());
            new HookWriter(unit, KernelPasses.Run(written)).Write();
            new MethodWriter(unit, model, written).Write();
        }
    }
}
