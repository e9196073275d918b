using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>Writes the class beside a method that runs its kernels: <c>AlibiKernel</c> beside <c>Alibi</c>.</summary>
internal static class KernelClassWriter
{
    /// <summary>The class's name.</summary>
    public static string Name(string method) => method + "Kernel";

    public static void Write(SourceWriter writer, VariantModel model, ScoreGradient? gradient, VariantFields fields, KernelTexts texts)
    {
        writer.WriteLine($"/// <summary>The fused attention kernels of <c>{model.MethodName}</c>.</summary>");
        writer.WriteLine($"[global::System.CodeDom.Compiler.GeneratedCode(\"FlexAttention.Generators\", \"{GeneratorVersion.Text}\")]");
        using (writer.Block($"{model.Accessibility} static class {Name(model.MethodName)}".TrimStart()))
        {
            DescriptorWriter.Write(writer, model, gradient, texts);
            ForwardWriter.Write(writer, model);
            BackwardWriter.Write(writer, model);
            GradientsWriter.Write(writer, model);
            BlockMaskWriter.Write(writer, model);
            ScoreMapWriter.Write(writer, model);
            BindingWriter.Write(writer, fields);
            writer.WriteLine();
            writer.WriteStatements(texts.Cpu);
        }
    }
}
