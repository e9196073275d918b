using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes a variant's CPU kernel: the struct that holds its captures and implements <c>IAttentionVariant</c>.</summary>
internal static class CpuVariantWriter
{
    /// <summary>The struct's name.</summary>
    public const string StructName = "Variant";

    private const string TypeParameters = "<TLanes, TScalar, TFloat, TInt>";

    /// <summary>The struct as C# text.</summary>
    /// <param name="model">The variant.</param>
    /// <param name="gradient">Its score's derivatives; null without a score.</param>
    /// <param name="fields">Its captures.</param>
    /// <param name="descriptor">The expression of its descriptor.</param>
    public static string Write(VariantModel model, ScoreGradient? gradient, VariantFields fields, string descriptor)
    {
        SourceWriter writer = SourceWriter.CSharp();
        writer.WriteLine("[global::System.Runtime.InteropServices.StructLayout(global::System.Runtime.InteropServices.LayoutKind.Sequential)]");
        using (writer.Block($"private struct {StructName} : {Runtime.IAttentionVariant}<{StructName}>"))
        {
            WriteFields(writer, fields);
            writer.WriteLine($"public static {Runtime.VariantDescriptor} Descriptor => {descriptor};");
            WriteApplyScore(writer, fields, model.Score);
            WriteApplyScoreGradient(writer, fields, gradient);
            WriteAddCaptureGradients(writer, fields, gradient);
            WriteApplyMask(writer, fields, model.Mask);
            WriteCountKept(writer, fields, model.Mask);
            WriteMethod(
                writer,
                $"{Runtime.BlockKind} Classify({ClassifyMethod.Parameters})",
                body => ClassifyMethod.Write(body, fields, model.Mask));
            WriteMethod(
                writer,
                $"void ListLookups(ref {Runtime.BoundsLookups} lookups)",
                body => ClassifyMethod.WriteLookups(body, fields, model.Mask));
            WriteMethod(
                writer, $"{Runtime.DistanceBand}? BandOf(int b, int h)", body => BandMethod.Write(body, fields, model.Mask));
            WriteMethod(writer, "void Check(int b, int h, int q, int kv)", body => CheckMethod.Write(body, fields, model));
        }

        return writer.ToString();
    }

    private static void WriteFields(SourceWriter writer, VariantFields fields)
    {
        for (int i = 0; i < fields.Captures.Count; i++)
            writer.WriteLine($"public {fields.Type(i)} {fields.Name(i)};");
        if (fields.Captures.Count > 0)
            writer.WriteLine();
    }

    private static void WriteApplyScore(SourceWriter writer, VariantFields fields, IrFunction? score)
    {
        bool usesLanes = score is not null && LaneSupport.CanUseLanes(score);
        WriteGenericMethod(writer, "void ApplyScore", "ref TScalar scores, ", body =>
        {
            if (usesLanes)
                LaneMethods.WriteScore(body, fields, score!);
            else if (score is not null)
                ScalarMethods.WriteScore(body);
        });
        if (score is not null && !usesLanes)
            ScalarMethods.WriteScoreHelpers(writer, fields, score);
    }

    private static void WriteApplyScoreGradient(SourceWriter writer, VariantFields fields, ScoreGradient? gradient)
    {
        if (gradient is null or { IsScoreShifted: true })
            return;
        bool usesLanes = LaneSupport.CanUseLanes(gradient);
        WriteGenericMethod(writer, "void ApplyScoreGradient", "ref TScalar scores, ref TScalar derivatives, ", body =>
        {
            if (usesLanes)
                LaneMethods.WriteScoreGradient(body, fields, gradient);
            else
                ScalarMethods.WriteScoreGradient(body);
        });
        if (!usesLanes)
            ScalarMethods.WriteScoreGradientHelpers(writer, fields, gradient);
    }

    private static void WriteAddCaptureGradients(SourceWriter writer, VariantFields fields, ScoreGradient? gradient)
    {
        if (gradient is not { HasCaptures: true })
            return;
        bool usesLanes = LaneSupport.CanUseLanes(gradient);
        Action<SourceWriter> writeBody = usesLanes ? new LaneCaptureGradients(fields, gradient).Write : ScalarCaptureGradients.Write;
        WriteGenericMethod(
            writer,
            "void AddCaptureGradients",
            "ref TScalar scores, ref TScalar gradients, ",
            writeBody,
            $", {Runtime.ReadOnlySpan}<{Runtime.GradientView}> targets");
        if (!usesLanes)
            new ScalarCaptureGradients(fields, gradient).WriteHelpers(writer);
    }

    private static void WriteApplyMask(SourceWriter writer, VariantFields fields, IrFunction? mask) =>
        WriteGenericMethod(writer, "void ApplyMask", "ref TScalar scores, ", body =>
        {
            if (mask is null)
                return;
            if (LaneSupport.CanUseLanes(mask))
                LaneMethods.WriteMask(body, fields, mask);
            else
                ScalarMethods.WriteMask(body, fields, mask);
        });

    private static void WriteCountKept(SourceWriter writer, VariantFields fields, IrFunction? mask) =>
        WriteGenericMethod(writer, "int CountKept", "", body =>
        {
            if (mask is null)
                body.WriteLine("return count;");
            else if (LaneSupport.CanUseLanes(mask))
                LaneMethods.WriteCount(body, fields, mask);
            else
                ScalarMethods.WriteCount(body, fields, mask);
        });

    private static void WriteGenericMethod(
        SourceWriter writer, string name, string scores, Action<SourceWriter> writeBody, string targets = "") =>
        WriteMethod(
            writer,
            $"""
            {name}{TypeParameters}({scores}int count, int b, int h, int q, int kv{targets})
                where TLanes : struct, {Runtime.ILanes}<TScalar, TFloat, TInt>
                where TScalar : unmanaged
                where TFloat : struct
                where TInt : struct
            """,
            writeBody);

    /// <summary>Integers wrap, whatever the consuming project's setting.</summary>
    private static void WriteMethod(SourceWriter writer, string signature, Action<SourceWriter> writeBody)
    {
        SourceWriter body = SourceWriter.CSharp();
        writeBody(body);
        string statements = body.ToString();
        writer.WriteLine();
        using (writer.Block("public readonly " + signature))
        {
            if (statements.Length == 0)
                return;
            using (writer.Block("unchecked"))
                writer.WriteStatements(statements);
        }
    }
}
