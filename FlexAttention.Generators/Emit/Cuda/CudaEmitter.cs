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
        int[] learnables = [.. model.Captures.Select((_, i) => model.Captures.Take(i).Count(static capture => capture.IsLearnable))];
        var unit = new UnitContext(writer, new LineDirectives(writer, name + ".cu"), CudaNames.Captures(model), learnables);
        using (writer.Block($"struct {name}", "};"))
        {
            for (int i = 0; i < unit.Captures.Length; i++)
                writer.WriteLine($"{CudaTypes.Of(model.Captures[i])} {unit.Captures[i]};");
            if (unit.Captures.Length > 0)
                writer.WriteLine();
            HookConstants.WriteGradient(writer, gradient, model.Learnable.Count());
            WriteHooks(unit, model, gradient);
            new MethodWriter(unit, model, KernelGraph.Of(model)).Write();
            if (Restrictions.Apply(model.Mask, looksAtElements: false) is { } mask)
                new IntervalWriter(unit, mask).Write();
        }
    }

    /// <summary>
    /// The hooks. Backward kernels get theirs from one graph with the derivatives, so that what score and derivatives have in common
    /// is computed once; where that changes nothing for the others, both have the same.
    /// </summary>
    private static void WriteHooks(UnitContext unit, VariantModel model, ScoreGradient? gradient)
    {
        StagedGraph forward = KernelPasses.Run(KernelGraph.Of(model));
        if (gradient is null || (gradient.IsScoreShifted && !model.Learnable.Any()))
        {
            new HookWriter(new HookScope(unit, forward)).Write();
            return;
        }

        StagedGraph backward = KernelPasses.Run(KernelGraph.Of(model, gradient));
        bool areSame = Hooks(unit, forward) == Hooks(unit, backward);
        if (areSame)
            new HookWriter(new HookScope(unit, backward)).Write();
        unit.Writer.WriteDirective("#if defined(FLEX_BACKWARD) || defined(FLEX_EVALUATE_GRADIENT)");
        var scope = new HookScope(unit, backward);
        if (!areSame)
            new HookWriter(scope).Write();
        new GradientHookWriter(scope, backward.Graph.Gradient!).Write();
        if (!areSame)
        {
            unit.Writer.WriteDirective("#else");
            new HookWriter(new HookScope(unit, forward)).Write();
        }

        unit.Writer.WriteDirective("#endif");
    }

    /// <summary>The hooks by themselves, on lines that no directive moves.</summary>
    private static string Hooks(UnitContext unit, StagedGraph staged)
    {
        SourceWriter writer = SourceWriter.Cuda();
        new HookWriter(new HookScope(unit with { Writer = writer, Lines = new LineDirectives(writer, "") }, staged)).Write();
        return writer.ToString();
    }
}
