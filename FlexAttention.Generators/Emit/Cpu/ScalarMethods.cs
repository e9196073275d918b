using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Writes the methods of a variant one key at a time, in plain C#: what needs 64-bit or unsigned integers, double, or a
/// loop of another length for each key.
/// </summary>
internal static class ScalarMethods
{
    /// <summary>The types of scores.</summary>
    public static readonly string[] ScoreTypes = ["float", "double"];

    /// <summary>The body of <c>ApplyScore</c>.</summary>
    public static void WriteScore(SourceWriter writer) =>
        WriteDispatch(writer, type => $"ScoreEach({As(type, "scores")}, count, b, h, q, kv);");

    /// <summary>The body of <c>ApplyScoreGradient</c>.</summary>
    public static void WriteScoreGradient(SourceWriter writer) =>
        WriteDispatch(writer, type => $"ScoreGradientEach({As(type, "scores")}, {As(type, "derivatives")}, count, b, h, q, kv);");

    /// <summary>A call for each type of the scores.</summary>
    public static void WriteDispatch(SourceWriter writer, Func<string, string> call)
    {
        writer.WriteLine("if (typeof(TScalar) == typeof(double))");
        using (writer.Indent())
            writer.WriteLine(call("double"));
        writer.WriteLine("else");
        using (writer.Indent())
            writer.WriteLine(call("float"));
    }

    /// <summary>A reference to numbers as numbers of a type.</summary>
    public static string As(string type, string reference) => $"ref {Runtime.Unsafe}.As<TScalar, {type}>(ref {reference})";

    /// <summary>The methods that the body calls, one for each type of the scores.</summary>
    public static void WriteScoreHelpers(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        foreach (string type in ScoreTypes)
        {
            FunctionBody body = FunctionBody.Of(function, Context(fields, type));
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

    /// <summary>The methods that <c>ApplyScoreGradient</c> calls, one for each type of the scores.</summary>
    public static void WriteScoreGradientHelpers(SourceWriter writer, VariantFields fields, ScoreGradient gradient)
    {
        foreach (string type in ScoreTypes)
        {
            FunctionBody body = FunctionBody.Of(gradient.Nodes, [gradient.Score, gradient.ByScore], Context(fields, type));
            writer.WriteLine();
            string parameters = $"ref {type} scores, ref {type} derivatives, int count, int b, int h, int q, int kv";
            using (writer.Block($"private readonly void ScoreGradientEach({parameters})"))
            using (writer.Block("unchecked"))
            {
                WriteLoop(writer, body, () =>
                {
                    if (body.ReadsScore)
                        writer.WriteLine($"{type} score = {Runtime.Unsafe}.Add(ref scores, i);");
                    writer.WriteStatements(body.Inside);
                    writer.WriteLine($"{Runtime.Unsafe}.Add(ref scores, i) = {body.Results[0]};");
                    writer.WriteLine($"{Runtime.Unsafe}.Add(ref derivatives, i) = {body.Results[1]};");
                });
            }
        }
    }

    /// <summary>What the statements of a method for scores of one type share.</summary>
    public static BlockContext Context(VariantFields fields, string type) =>
        new(fields) { Scalar = new ScalarSpelling(fields, isWide: type == "double"), Key = "key" };

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
