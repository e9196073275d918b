using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes how a call's captures become the variant struct.</summary>
internal static class BindingWriter
{
    /// <summary>The method that binds captures: it checks the tensors and holds them as views.</summary>
    public static void Write(SourceWriter writer, VariantFields fields)
    {
        var names = new ParameterNames(fields.Captures);
        IEnumerable<string> parameters = fields.Captures.Select(ParameterNames.Declare).Prepend($"{Runtime.Device} {names.Device}");
        writer.WriteLine();
        using (writer.Block($"private static {CpuVariantWriter.StructName} {names.Bind}({string.Join(", ", parameters)})"))
        using (writer.Block($"return new {CpuVariantWriter.StructName}", "};"))
        {
            for (int i = 0; i < fields.Captures.Count; i++)
                writer.WriteLine($"{fields.Name(i)} = {Bound(fields.Captures[i], names.Device)},");
        }
    }

    /// <summary>A call of the method with captures that are parameters of the caller.</summary>
    public static string Call(IEnumerable<CaptureModel> captures, ParameterNames names, string device) =>
        $"{names.Bind}({string.Join(", ", captures.Select(static capture => SymbolText.Identifier(capture.Name)).Prepend(device))})";

    /// <summary>Keeps captured tensors from being freed while kernels read them.</summary>
    public static void WriteKeepAlive(SourceWriter writer, IEnumerable<CaptureModel> captures) =>
        writer.WriteLines(captures
            .Where(static capture => capture.Rank > 0)
            .Select(static capture => $"global::System.GC.KeepAlive({SymbolText.Identifier(capture.Name)});"));

    private static string Bound(CaptureModel capture, string device)
    {
        string name = SymbolText.Identifier(capture.Name);
        if (capture.Rank > 0)
            return $"{Runtime.CaptureBinder}.Bind({name}, {capture.Rank}, {device}, {CSharpLiteral.Of(capture.Name)})";
        return capture.Element switch
        {
            CaptureElement.Bool => name + " ? 1 : 0",
            CaptureElement.Half => "(float)" + name,
            _ => name,
        };
    }
}
