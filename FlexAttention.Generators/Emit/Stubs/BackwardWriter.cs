using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes the typed backward call.</summary>
internal static class BackwardWriter
{
    public static void Write(SourceWriter writer, VariantModel model)
    {
        var names = new ParameterNames(model.Captures);
        string dOutput = names.Take("dOutput", "outputGradient"), gradients = names.Take("gradients", "computed");
        string element = names.ElementType, result = GradientsWriter.TypeName(model, element);
        writer.WriteLine();
        WriteDocumentation(writer, model, names, dOutput);
        string[] tensors = [names.Query, names.Key, names.Value];
        IEnumerable<string> parameters = tensors.Select(name => $"{Runtime.DeviceTensor}<{element}> {name}")
            .Concat(model.Captures.Select(ParameterNames.Declare))
            .Append($"{Runtime.AttentionOutput}<{element}> {names.Output}")
            .Append($"{Runtime.DeviceTensor}<{element}> {dOutput}")
            .Append($"{Runtime.BackwardOptions}? {names.Options} = null");
        writer.WriteLine($"public static {result} Backward<{element}>(");
        using (writer.Indent())
        {
            writer.WriteLine(string.Join(",\n", parameters) + ")");
            writer.WriteLine($"where {element} : unmanaged");
        }

        using (writer.Block(""))
            WriteBody(writer, model, names, [.. tensors, $"in {names.Variant}", names.Output, dOutput, Learnable(model), names.Options], gradients);
    }

    private static void WriteBody(SourceWriter writer, VariantModel model, ParameterNames names, string[] arguments, string gradients)
    {
        string element = names.ElementType, variant = CpuVariantWriter.StructName;
        writer.WriteLine($"global::System.ArgumentNullException.ThrowIfNull({names.Query});");
        writer.WriteLine($"{variant} {names.Variant} = {BindingWriter.Call(model.Captures, names, $"{names.Query}.Device")};");
        string call = $"{Runtime.AttentionEngine}.Backward<{element}, {variant}>({string.Join(", ", arguments)})";
        writer.WriteLine($"{Runtime.AttentionGradients}<{element}> {gradients} = {call};");
        BindingWriter.WriteKeepAlive(writer, model.Captures);
        string result = model.Learnable.Any() ? $"new {GradientsWriter.TypeName(model, element)}({gradients})" : gradients;
        writer.WriteLine($"return {result};");
    }

    private static string Learnable(VariantModel model) =>
        $"[{string.Join(", ", model.Learnable.Select(static capture => capture.Rank == 0 ? "null" : SymbolText.Identifier(capture.Name)))}]";

    private static void WriteDocumentation(SourceWriter writer, VariantModel model, ParameterNames names, string dOutput)
    {
        writer.WriteLine("/// <summary>Computes gradients, on the CPU, into new tensors.</summary>");
        writer.WriteLine($"/// <typeparam name=\"{names.ElementType}\">Half, BFloat16, float or double.</typeparam>");
        writer.WriteLine($"/// <param name=\"{names.Query}\">[B, Hq, Lq, D], as in the forward call.</param>");
        writer.WriteLine($"/// <param name=\"{names.Key}\">[B, Hkv, Lkv, D].</param>");
        writer.WriteLine($"/// <param name=\"{names.Value}\">[B, Hkv, Lkv, Dv].</param>");
        writer.WriteLines(model.Captures.Select(CaptureDocumentation.Parameter));
        writer.WriteLine($"/// <param name=\"{names.Output}\">What <c>Forward</c> returned, with its lse.</param>");
        writer.WriteLine($"/// <param name=\"{dOutput}\">The gradient of the output, [B, Hq, Lq, Dv]; any strides whose last is 1.</param>");
        writer.WriteLine($"/// <param name=\"{names.Options}\">What the call chooses; the defaults when null.</param>");
        writer.WriteLine("/// <returns>The gradients that the options ask for.</returns>");
    }
}
