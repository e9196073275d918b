using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes <c>CreateBlockMask</c>: of a mask variant its own, of a score variant that of its mask.</summary>
internal static class BlockMaskWriter
{
    public static void Write(SourceWriter writer, VariantModel model)
    {
        if (model.Mask is null)
            return;
        CaptureModel[] captures = [.. model.MaskCaptures.Select(i => model.Captures[i])];
        var names = new ParameterNames(captures);
        string[] sizes =
        [
            names.Take("batch", "batchSize"),
            names.Take("heads", "headCount"),
            names.Take("queryLength", "queryCount"),
            names.Take("keyLength", "keyCount"),
        ];
        writer.WriteLine();
        WriteDocumentation(writer, captures, sizes, names.Options);
        IEnumerable<string> parameters = sizes.Select(static size => "int " + size)
            .Concat(captures.Select(ParameterNames.Declare))
            .Append($"{Runtime.BlockMaskOptions}? {names.Options} = null");
        writer.WriteLine($"public static {Runtime.BlockMask} CreateBlockMask(");
        using (writer.Indent())
            writer.WriteLine(string.Join(",\n", parameters) + ")");
        using (writer.Block(""))
        {
            if (model.IsMaskVariant)
                WriteCreation(writer, captures, sizes, names);
            else
                WriteForwarding(writer, model.MaskMethodName!, captures, sizes, names.Options);
        }
    }

    private static void WriteCreation(SourceWriter writer, CaptureModel[] captures, string[] sizes, ParameterNames names)
    {
        string options = names.Options, device = names.Device;
        CaptureModel? buffer = Array.Find(captures, static capture => capture.Rank > 0);
        string fallback = Runtime.Device + ".Cpu";
        if (buffer is not null)
        {
            string name = SymbolText.Identifier(buffer.Name);
            writer.WriteLine($"global::System.ArgumentNullException.ThrowIfNull({name});");
            fallback = name + ".Device";
        }

        writer.WriteLine($"{Runtime.Device} {device} = {options}?.Device ?? {fallback};");
        writer.WriteLine($"{CpuVariantWriter.StructName} {names.Variant} = {BindingWriter.Call(captures, names, device)};");
        writer.WriteLine(
            $"{Runtime.BlockMask} {names.Output} = {Runtime.BlockMask}.Create(in {names.Variant}, {string.Join(", ", sizes)}, ({options} ?? new {Runtime.BlockMaskOptions}()) with {{ Device = {device} }});");
        BindingWriter.WriteKeepAlive(writer, captures);
        writer.WriteLine($"return {names.Output};");
    }

    private static void WriteForwarding(SourceWriter writer, string mask, CaptureModel[] captures, string[] sizes, string options)
    {
        IEnumerable<string> arguments = sizes
            .Concat(captures.Select(static capture => SymbolText.Identifier(capture.Name)))
            .Append(options);
        writer.WriteLine($"return {KernelClassWriter.Name(mask)}.CreateBlockMask({string.Join(", ", arguments)});");
    }

    private static void WriteDocumentation(SourceWriter writer, CaptureModel[] captures, string[] sizes, string options)
    {
        writer.WriteLine("/// <summary>Finds the blocks of pairs that the mask leaves, so that <c>Forward</c> skips the others.</summary>");
        writer.WriteLine($"/// <param name=\"{sizes[0]}\">The number of batches.</param>");
        writer.WriteLine($"/// <param name=\"{sizes[1]}\">The number of query heads.</param>");
        writer.WriteLine($"/// <param name=\"{sizes[2]}\">The number of queries.</param>");
        writer.WriteLine($"/// <param name=\"{sizes[3]}\">The number of keys.</param>");
        writer.WriteLines(captures.Select(CaptureDocumentation.Parameter));
        writer.WriteLine($"/// <param name=\"{options}\">What the creation chooses; the defaults when null.</param>");
        writer.WriteLine("/// <returns>The block mask, to be passed in <c>ForwardOptions.BlockMask</c> with the same captures.</returns>");
    }
}
