using System.Globalization;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes the class that a variant's backward call returns, where the variant has captures that learn.</summary>
internal static class GradientsWriter
{
    /// <summary>The class's name, without its type parameter.</summary>
    public const string ClassName = "Gradients";

    private const string Base = Runtime.AttentionGradients + "<T>";

    /// <summary>The type that a backward call returns.</summary>
    public static string TypeName(VariantModel model, string element) =>
        $"{(model.Learnable.Any() ? ClassName : Runtime.AttentionGradients)}<{element}>";

    public static void Write(SourceWriter writer, VariantModel model)
    {
        CaptureModel[] captures = [.. model.Learnable];
        if (captures.Length == 0)
            return;
        IReadOnlyList<string> properties = GradientNames.Of(captures);
        writer.WriteLine();
        writer.WriteLine("/// <summary>The results of a backward call.</summary>");
        writer.WriteLine("/// <typeparam name=\"T\">The element type of q, k and v.</typeparam>");
        using (writer.Block($"public sealed class {ClassName}<T> : {Base}\n    where T : unmanaged"))
        {
            writer.WriteLine($"internal {ClassName}({Base} gradients)");
            using (writer.Indent())
                writer.WriteLine(": base(gradients)");
            using (writer.Block(""))
            {
            }

            for (int i = 0; i < captures.Length; i++)
                WriteProperty(writer, captures[i], properties[i], i);
            WriteDeconstruct(writer, properties);
        }
    }

    private static void WriteProperty(SourceWriter writer, CaptureModel capture, string property, int position)
    {
        string shape = capture.Rank == 0 ? "one element" : "of its shape";
        writer.WriteLine();
        writer.WriteLine($"/// <summary>The gradient of the capture <c>{capture.Name}</c>, {shape}, dense.</summary>");
        writer.WriteLine("/// <exception cref=\"global::System.InvalidOperationException\">It was not asked for.</exception>");
        writer.WriteLine(
            $"public {Runtime.DeviceTensor}<float> {property} => OfCapture({position.ToString(CultureInfo.InvariantCulture)});");
    }

    private static void WriteDeconstruct(SourceWriter writer, IReadOnlyList<string> properties)
    {
        string[] tensors = ["Dq", "Dk", "Dv"];
        IEnumerable<string> all = tensors.Concat(properties);
        IEnumerable<string> parameters = tensors.Select(static name => $"out {Runtime.DeviceTensor}<T> {GradientNames.Variable(name)}")
            .Concat(properties.Select(static name => $"out {Runtime.DeviceTensor}<float> {GradientNames.Variable(name)}"));
        writer.WriteLine();
        writer.WriteLine("/// <summary>The gradients of queries, keys, values and captures.</summary>");
        writer.WriteLine("public void Deconstruct(");
        using (writer.Indent())
            writer.WriteLine(string.Join(",\n", parameters) + ")");
        using (writer.Block(""))
            writer.WriteLines(all.Select(static name => $"{GradientNames.Variable(name)} = {name};"));
    }
}
