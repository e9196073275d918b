using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Emit.Stubs;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit;

/// <summary>Writes the one generated file of a variant: its CUDA unit, its CPU kernel and the class that calls them.</summary>
internal static class VariantEmitter
{
    /// <summary>The generated C# file.</summary>
    public static string Emit(VariantModel model)
    {
        var fields = new VariantFields(model.Captures);
        ScoreGradient? gradient = Differentiator.Run(model);
        var texts = new KernelTexts(
            CudaEmitter.Emit(model, gradient),
            CpuVariantWriter.Write(model, gradient, fields, KernelClassWriter.Name(model.MethodName) + ".Descriptor"),
            PrintIr(model, gradient),
            CudaNames.Variant(model));
        return VariantFileWriter.Write(model, gradient, fields, texts);
    }

    private static string PrintIr(VariantModel model, ScoreGradient? gradient)
    {
        bool isTrivial = gradient is null or { IsScoreShifted: true, HasCaptures: false };
        string derivatives = isTrivial ? "" : $"gradient:\n{IrPrinter.Print(gradient!, model.Captures)}";
        IEnumerable<string> functions = new[] { Print("score", model.Score), derivatives, Print("mask", model.Mask) };
        return string.Join("\n", functions.Where(static text => text.Length > 0));

        string Print(string name, IrFunction? function) =>
            function is null ? "" : $"{name}:\n{IrPrinter.Print(function, model.Captures)}";
    }
}
