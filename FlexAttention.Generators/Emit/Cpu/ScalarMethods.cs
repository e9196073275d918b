using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Writes the methods of a variant one key at a time, in plain C#: what needs 64-bit or unsigned integers, double, or a
/// loop of another length for each key.
/// </summary>
internal static class ScalarMethods
{
    private static readonly string[] ScoreTypes = ["float", "double"];

    /// <summary>The body of <c>ApplyScore</c>.</summary>
    public static void WriteScore(SourceWriter writer)
    {
        writer.WriteLine("if (typeof(TScalar) == typeof(double))");
        using (writer.Indent())
            writer.WriteLine($"ScoreEach(ref {Runtime.Unsafe}.As<TScalar, double>(ref scores), count, b, h, q, kv);");
        writer.WriteLine("else");
        using (writer.Indent())
            writer.WriteLine($"ScoreEach(ref {Runtime.Unsafe}.As<TScalar, float>(ref scores), count, b, h, q, kv);");
    }

    /// <summary>The methods that the body calls, one for each type of the scores.</summary>
    public static void WriteScoreHelpers(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        foreach (string type in ScoreTypes)
        {
            var spelling = new ScalarSpelling(fields, isWide: type == "double");
            FunctionBody body = FunctionBody.Of(function, new BlockContext(fields) { Scalar = spelling, Key = "key" });
            writer.WriteLine();
            using (writer.Block($"private readonly void ScoreEach(ref {type} scores, int count, int b, int h, int q, int kv)"))
            using (writer.Block("unchecked"))
            {
                WriteLoop(writer, body, () =>
                {
                    if (body.ReadsScore)
                        writer.WriteLine($"{type} score = {Runtime.Unsafe}.Add(ref scores, i);");
                    writer.WriteStatements(body.Inside);
                    writer.WriteLine($"{Runtime.Unsafe}.Add(ref scores, i) = {body.Result};");
                });
            }
        }
    }

    public static void WriteMask(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        FunctionBody body = MaskBody(fields, function);
        WriteLoop(writer, body, () =>
        {
            writer.WriteStatements(body.Inside);
            writer.WriteLine($"if (!({body.Result}))");
            using (writer.Indent())
                writer.WriteLine($"{Runtime.MaskedScore}.Set(ref {Runtime.Unsafe}.Add(ref scores, i));");
        });
    }

    public static void WriteCount(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        FunctionBody body = MaskBody(fields, function);
        writer.WriteLine("int kept = 0;");
        WriteLoop(writer, body, () =>
        {
            writer.WriteStatements(body.Inside);
            writer.WriteLine($"kept += ({body.Result}) ? 1 : 0;");
        });
        writer.WriteLine("return kept;");
    }

    private static FunctionBody MaskBody(VariantFields fields, IrFunction function) =>
        FunctionBody.Of(function, new BlockContext(fields) { Key = "key" });

    private static void WriteLoop(SourceWriter writer, FunctionBody body, Action writeStep)
    {
        writer.WriteStatements(body.Before);
        using (writer.Block("for (int i = 0; i < count; i++)"))
        {
            if (body.ReadsKey)
                writer.WriteLine("int key = kv + i;");
            writeStep();
        }
    }
}
