using System.Globalization;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes what kernels have to know of a variant at compile time.</summary>
internal static class HookConstants
{
    /// <summary>What the hooks are made of.</summary>
    public static void Write(SourceWriter writer, StagedGraph staged, bool hasShift, bool masksKeySets)
    {
        KernelGraph graph = staged.Graph;
        WriteConstant(writer, "bool", "kHasScore", Text(graph.Score != KernelGraph.None));
        WriteConstant(writer, "bool", "kScoreIsLog2", Text(staged.Unit == ScoreUnit.Log2));
        WriteConstant(writer, "float", "kScoreFactor", CudaLiterals.Of(IrConstants.Float(IrType.Float32, staged.Factor)).Text);
        WriteConstant(writer, "bool", "kHasShift", Text(hasShift));
        WriteConstant(writer, "bool", "kHasMask", Text(graph.Mask != KernelGraph.None));
        WriteConstant(writer, "bool", "kMasksKeySets", Text(masksKeySets));
        WriteConstant(writer, "int", "kSpecialFunctions", Text(SpecialFunctions.Count(staged)));
    }

    /// <summary>What a backward pass has to compute besides the products.</summary>
    public static void WriteGradient(SourceWriter writer, ScoreGradient? gradient, int learnables)
    {
        WriteConstant(writer, "bool", "kHasDerivative", Text(gradient is { IsScoreShifted: false }));
        WriteConstant(writer, "int", "kLearnables", Text(learnables));
        WriteConstant(writer, "bool", "kLearnsFromScore", Text(gradient is not null && LearnedElements.DependOnScore(gradient)));
    }

    private static void WriteConstant(SourceWriter writer, string type, string name, string value) =>
        writer.WriteLine($"static constexpr {type} {name} = {value};");

    private static string Text(bool value) => value ? "true" : "false";

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
