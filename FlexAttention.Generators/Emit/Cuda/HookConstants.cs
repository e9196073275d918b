using System.Globalization;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes what kernels have to know of a variant at compile time.</summary>
internal static class HookConstants
{
    public static void Write(SourceWriter writer, StagedGraph staged, bool hasShift)
    {
        KernelGraph graph = staged.Graph;
        Constant("bool", "kHasScore", Text(graph.Score != KernelGraph.None));
        Constant("bool", "kScoreIsLog2", Text(staged.Unit == ScoreUnit.Log2));
        Constant("float", "kScoreFactor", CudaLiterals.Of(IrConstants.Float(IrType.Float32, staged.Factor)).Text);
        Constant("bool", "kHasShift", Text(hasShift));
        Constant("bool", "kHasMask", Text(graph.Mask != KernelGraph.None));
        Constant("int", "kSpecialFunctions", SpecialFunctions.Count(staged).ToString(CultureInfo.InvariantCulture));

        void Constant(string type, string name, string value) => writer.WriteLine($"static constexpr {type} {name} = {value};");
    }

    private static string Text(bool value) => value ? "true" : "false";
}
