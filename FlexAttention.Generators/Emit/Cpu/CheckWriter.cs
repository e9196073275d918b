using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes the test of one captured access, made where C# would have made the access.</summary>
internal static class CheckWriter
{
    public static void Write(BlockContext context, SourceWriter writer, LoadNode load, Func<int, Code> value)
    {
        string capture = context.Fields.Captures[load.Capture].Name;
        string indices = string.Join(", ", load.Indices.Select(index => value(index).Text));
        string check =
            $"{Runtime.CaptureBounds}.Check(in {context.Fields.Access(load.Capture)}, Descriptor.Name, {CSharpLiteral.Of(capture)}, b, h, q, kv, {indices});";
        if (load.Guard < 0)
        {
            writer.WriteLine(check);
            return;
        }

        writer.WriteLine($"if ({value(load.Guard).Text})");
        using (writer.Indent())
            writer.WriteLine(check);
    }
}
