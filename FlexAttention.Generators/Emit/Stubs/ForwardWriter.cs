using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes the typed forward calls, in which a variant's captures are parameters.</summary>
internal static class ForwardWriter
{
    public static void Write(SourceWriter writer, VariantModel model)
    {
        WriteForward(writer, model, intoOutput: false);
        WriteForward(writer, model, intoOutput: true);
    }

    private static void WriteForward(SourceWriter writer, VariantModel model, bool intoOutput)
    {
        var names = new ParameterNames(model.Captures);
        string element = names.ElementType;
        string output = $"{Runtime.AttentionOutput}<{element}>";
        string[] tensors = [names.Query, names.Key, names.Value];
        writer.WriteLine();
        WriteDocumentation(writer, model, names, intoOutput);
        var parameters = new List<string>(tensors.Select(name => $"{Runtime.DeviceTensor}<{element}> {name}"));
        parameters.AddRange(model.Captures.Select(ParameterNames.Declare));
        if (intoOutput)
            parameters.Add($"{output} {names.Output}");
        parameters.Add($"{Runtime.ForwardOptions}? {names.Options} = null");
        writer.WriteLine($"public static {(intoOutput ? "void" : output)} Forward<{element}>(");
        using (writer.Indent())
        {
            writer.WriteLine(string.Join(",\n", parameters) + ")");
            writer.WriteLine($"where {element} : unmanaged");
        }

        using (writer.Block(""))
            WriteBody(writer, model, names, intoOutput);
    }

    private static void WriteBody(SourceWriter writer, VariantModel model, ParameterNames names, bool intoOutput)
    {
        string device = $"{names.Query}.Device";
        writer.WriteLine($"global::System.ArgumentNullException.ThrowIfNull({names.Query});");
        writer.WriteLine(
            $"{CpuVariantWriter.StructName} {names.Variant} = {BindingWriter.Call(model.Captures, names, device)};");
        string call = $"{Runtime.AttentionEngine}.Forward<{names.ElementType}, {CpuVariantWriter.StructName}>";
        string into = intoOutput ? names.Output + ", " : "";
        string arguments = $"({names.Query}, {names.Key}, {names.Value}, in {names.Variant}, {into}{names.Options})";
        writer.WriteLine(intoOutput ? $"{call}{arguments};" : $"{Runtime.AttentionOutput}<{names.ElementType}> {names.Output} = {call}{arguments};");
        BindingWriter.WriteKeepAlive(writer, model.Captures);
        if (!intoOutput)
            writer.WriteLine($"return {names.Output};");
    }

    private static void WriteDocumentation(SourceWriter writer, VariantModel model, ParameterNames names, bool intoOutput)
    {
        writer.WriteLine(intoOutput
            ? "/// <summary>Computes attention into an earlier output: after the first call, without an allocation.</summary>"
            : "/// <summary>Computes attention into a new output.</summary>");
        writer.WriteLine($"/// <typeparam name=\"{names.ElementType}\">Half, BFloat16 or float; on the CPU also double.</typeparam>");
        writer.WriteLine($"/// <param name=\"{names.Query}\">[B, Hq, Lq, D]; any strides whose last is 1.</param>");
        writer.WriteLine($"/// <param name=\"{names.Key}\">[B, Hkv, Lkv, D], where Hkv divides Hq.</param>");
        writer.WriteLine($"/// <param name=\"{names.Value}\">[B, Hkv, Lkv, Dv].</param>");
        writer.WriteLines(model.Captures.Select(CaptureDocumentation.Parameter));
        if (intoOutput)
            writer.WriteLine($"/// <param name=\"{names.Output}\">Tensors of the shapes that the other overload returns.</param>");
        writer.WriteLine($"/// <param name=\"{names.Options}\">What the call chooses; the defaults when null.</param>");
        if (!intoOutput)
            writer.WriteLine("/// <returns>The attention, [B, Hq, Lq, Dv], and what the options ask for beside it.</returns>");
    }
}
