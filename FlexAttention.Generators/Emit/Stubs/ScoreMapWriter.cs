using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes <c>CreateScoreMap</c>: the variant's score and mask as a picture.</summary>
internal static class ScoreMapWriter
{
    public static void Write(SourceWriter writer, VariantModel model)
    {
        var names = new ParameterNames(model.Captures);
        string[] sizes =
        [
            names.Take("batch", "batchIndex"),
            names.Take("head", "headIndex"),
            names.Take("queryLength", "queryCount"),
            names.Take("keyLength", "keyCount"),
        ];
        string score = names.Take("score", "entering");
        writer.WriteLine();
        WriteDocumentation(writer, model, sizes, score);
        IEnumerable<string> parameters = sizes.Select(static size => "int " + size)
            .Concat(model.Captures.Select(ParameterNames.Declare))
            .Append($"float {score} = 0f");
        writer.WriteLine($"public static {Runtime.ScoreMap} CreateScoreMap(");
        using (writer.Indent())
            writer.WriteLine(string.Join(",\n", parameters) + ")");
        using (writer.Block(""))
        {
            writer.WriteLine(
                $"{CpuVariantWriter.StructName} {names.Variant} = {BindingWriter.Call(model.Captures, names, Runtime.Device + ".Cpu")};");
            writer.WriteLine(
                $"{Runtime.ScoreMap} {names.Output} = {Runtime.ScoreMap}.Create(in {names.Variant}, {string.Join(", ", sizes)}, {score});");
            BindingWriter.WriteKeepAlive(writer, model.Captures);
            writer.WriteLine($"return {names.Output};");
        }
    }

    private static void WriteDocumentation(SourceWriter writer, VariantModel model, string[] sizes, string score)
    {
        writer.WriteLine("/// <summary>Evaluates score and mask at every pair of one batch and head, to be looked at as an image.</summary>");
        writer.WriteLine($"/// <param name=\"{sizes[0]}\">The batch.</param>");
        writer.WriteLine($"/// <param name=\"{sizes[1]}\">The query head.</param>");
        writer.WriteLine($"/// <param name=\"{sizes[2]}\">The number of queries.</param>");
        writer.WriteLine($"/// <param name=\"{sizes[3]}\">The number of keys.</param>");
        writer.WriteLines(model.Captures.Select(CaptureDocumentation.Parameter));
        writer.WriteLine($"/// <param name=\"{score}\">The score that enters at every pair.</param>");
        writer.WriteLine("/// <returns>The scores, negative infinity where the mask rejects a pair. Captured tensors must be on the CPU.</returns>");
    }
}
