using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes the bodies of a variant's methods in vector lanes.</summary>
internal static class LaneMethods
{
    public static void WriteScore(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        FunctionBody body = Body(fields, function);
        WriteLoop(writer, body, () =>
        {
            if (body.ReadsScore)
                writer.WriteLine($"TFloat score = TLanes.Load(ref {Runtime.Unsafe}.Add(ref scores, i));");
            writer.WriteStatements(body.Inside);
            writer.WriteLine($"TLanes.Store({body.Result}, ref {Runtime.Unsafe}.Add(ref scores, i));");
        });
    }

    /// <summary>The body of <c>ApplyScoreGradient</c>.</summary>
    public static void WriteScoreGradient(SourceWriter writer, VariantFields fields, ScoreGradient gradient)
    {
        FunctionBody body = FunctionBody.Of(gradient.Nodes, [gradient.Score, gradient.ByScore], Context(fields));
        WriteLoop(writer, body, () =>
        {
            if (body.ReadsScore)
                writer.WriteLine($"TFloat score = TLanes.Load(ref {Runtime.Unsafe}.Add(ref scores, i));");
            writer.WriteStatements(body.Inside);
            writer.WriteLine($"TLanes.Store({body.Results[0]}, ref {Runtime.Unsafe}.Add(ref scores, i));");
            writer.WriteLine($"TLanes.Store({body.Results[1]}, ref {Runtime.Unsafe}.Add(ref derivatives, i));");
        });
    }

    public static void WriteMask(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        FunctionBody body = Body(fields, function);
        writer.WriteLine("TFloat rejected = TLanes.Broadcast(float.NegativeInfinity);");
        WriteLoop(writer, body, () =>
        {
            writer.WriteLine($"ref TScalar score = ref {Runtime.Unsafe}.Add(ref scores, i);");
            writer.WriteStatements(body.Inside);
            writer.WriteLine($"TLanes.Store(TLanes.Select({body.Result}, TLanes.Load(ref score), rejected), ref score);");
        });
    }

    public static void WriteCount(SourceWriter writer, VariantFields fields, IrFunction function)
    {
        FunctionBody body = Body(fields, function);
        writer.WriteLine("int kept = 0;");
        WriteLoop(writer, body, () =>
        {
            writer.WriteStatements(body.Inside);
            writer.WriteLine($"kept += TLanes.CountTrue({body.Result}, count - i);");
        });
        writer.WriteLine("return kept;");
    }

    /// <summary>What the statements of a method in lanes share.</summary>
    public static BlockContext Context(VariantFields fields) => new(fields) { Lanes = new LaneSpelling(fields), Key = "kvs" };

    private static FunctionBody Body(VariantFields fields, IrFunction function) => FunctionBody.Of(function, Context(fields));

    private static void WriteLoop(SourceWriter writer, FunctionBody body, Action writeStep)
    {
        writer.WriteStatements(body.Before);
        using (writer.Block("for (int i = 0; i < count; i += TLanes.Count)"))
        {
            writer.WriteStatements(body.Reads);
            if (body.ReadsKey)
                writer.WriteLine("TInt kvs = TLanes.Sequence(kv + i);");
            writeStep();
        }
    }
}
