using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes what a kernel class says about its variant: the descriptor and the emitted sources.</summary>
internal static class DescriptorWriter
{
    public static void Write(SourceWriter writer, VariantModel model, ScoreGradient? gradient, KernelTexts texts)
    {
        writer.WriteLine("/// <summary>The variant's emitted sources and the facts that kernels are chosen by.</summary>");
        using (writer.Block($"public static {Runtime.VariantDescriptor} Descriptor {{ get; }} = new {Runtime.VariantDescriptor}", "};"))
            WriteProperties(writer, model, gradient, texts);
        WriteText(writer, "CudaSource", "The CUDA unit that is compiled for a GPU at run time.", texts.Cuda);
        WriteText(writer, "CpuSource", "The C# struct that is the CPU kernel: it is compiled into this class too.", texts.Cpu);
        WriteText(writer, "IntermediateRepresentation", "The method as the data-flow graph that the kernels are emitted from.", texts.Ir);
    }

    private static void WriteProperties(SourceWriter writer, VariantModel model, ScoreGradient? gradient, KernelTexts texts)
    {
        writer.WriteLine($"Name = {CSharpLiteral.Of(model.FullName)},");
        writer.WriteLine($"CudaName = {CSharpLiteral.Of(texts.CudaName)},");
        writer.WriteLine("CudaSource = CudaSource,");
        writer.WriteLine("CpuSource = CpuSource,");
        writer.WriteLine("IntermediateRepresentation = IntermediateRepresentation,");
        writer.WriteLine($"HasScore = {Bool(model.Score is not null)},");
        writer.WriteLine($"HasMask = {Bool(model.Mask is not null)},");
        writer.WriteLine($"HasScoreDerivative = {Bool(gradient is { IsScoreShifted: false })},");
        writer.WriteLine($"ScoreDependence = {DependenceOf(model.Score)},");
        writer.WriteLine($"MaskDependence = {DependenceOf(model.Mask)},");
        if (MaskName(model) is { } mask)
            writer.WriteLine($"MaskName = {CSharpLiteral.Of(mask)},");
        using (writer.Block($"Captures = new {Runtime.CaptureDescriptor}[]", "},"))
            writer.WriteLines(model.Captures.Select((capture, i) => $"{Capture(capture)}{Learnable(capture, gradient, i)},"));
    }

    private static string? MaskName(VariantModel model) =>
        model.IsMaskVariant ? model.FullName
        : model.MaskMethodName is { } mask ? $"{model.Hierarchy.FullName}.{mask}"
        : null;

    private static string Capture(CaptureModel capture) =>
        $"new {Runtime.CaptureDescriptor}({CSharpLiteral.Of(capture.Name)}, typeof({ParameterNames.ElementTypeName(capture.Element)}), {capture.Rank})";

    private static string Learnable(CaptureModel capture, ScoreGradient? gradient, int position) =>
        capture.IsLearnable && gradient is not null
            ? $" {{ IsLearnable = true, IndexedBy = {NameOf(GradientIndexing.Of(gradient, position))} }}"
            : "";

    private static string DependenceOf(IrFunction? function) => NameOf(DependenceAnalysis.OfResult(function));

    private static string NameOf(Dependence dependence) =>
        string.Join(" | ", dependence.ToString().Split(',').Select(static name => $"{Runtime.IndexDependence}.{name.Trim()}"));

    private static string Bool(bool value) => value ? "true" : "false";

    private static void WriteText(SourceWriter writer, string property, string summary, string text)
    {
        writer.WriteLine();
        writer.WriteLine($"/// <summary>{summary}</summary>");
        RawString.Write(writer, $"public static string {property} =>", text, ";");
    }
}
