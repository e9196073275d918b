using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes <c>AddCaptureGradients</c> one key at a time.</summary>
internal sealed class ScalarCaptureGradients(VariantFields fields, ScoreGradient gradient) : CaptureGradientMethods(fields, gradient)
{
    /// <summary>The method's body.</summary>
    public static void Write(SourceWriter writer) =>
        ScalarMethods.WriteDispatch(writer, static type =>
            $"CaptureGradientsEach({ScalarMethods.As(type, "scores")}, {ScalarMethods.As(type, "gradients")}, count, b, h, q, kv, targets);");

    /// <summary>The methods that the body calls, one for each type of the scores.</summary>
    public void WriteHelpers(SourceWriter writer)
    {
        foreach (string type in ScalarMethods.ScoreTypes)
        {
            string parameters = $"ref {type} scores, ref {type} gradients, int count, int b, int h, int q, int kv";
            writer.WriteLine();
            using (writer.Block(
                $"private readonly void CaptureGradientsEach({parameters}, {Runtime.ReadOnlySpan}<{Runtime.GradientView}> targets)"))
            using (writer.Block("unchecked"))
                WriteHelper(writer, type);
        }
    }

    /// <inheritdoc/>
    protected override void WriteAddition(SourceWriter inside, ValueBlock body, bool[] varies, CaptureDerivative item) =>
        WriteAddition(inside, body, item, $"gradient * {body.VaryingValue(item.Derivative).Operand}");

    private void WriteAddition(SourceWriter inside, ValueBlock body, CaptureDerivative item, string product)
    {
        IEnumerable<string> indices = item.Indices.Select(index => body.VaryingValue(index).Text);
        inside.WriteLine($"{Runtime.GradientWriter}.Add({Arguments(item.Capture, product, indices)});");
    }

    private void WriteHelper(SourceWriter writer, string type)
    {
        SourceWriter before = SourceWriter.CSharp(), inside = SourceWriter.CSharp();
        int[] uses = Operands.CountUses(
            Gradient.Nodes, Gradient.ByCapture.SelectMany(static item => item.Indices.Append(item.Derivative)).Concat(LoopArguments));
        BlockContext context = ScalarMethods.Context(Fields, type);
        var block = new ValueBlock(context, Gradient.Nodes, Varies, uses, [], before, inside);
        block.Write();
        foreach (CaptureDerivative item in Gradient.ByCapture)
        {
            if (IsOne(item))
                WriteAddition(inside, block, item, "gradient");
            else
                WriteAddition(inside, block, Varies, item);
        }

        WriteLoops(context, block, inside);
        writer.WriteStatements(before.ToString());
        using (writer.Block("for (int i = 0; i < count; i++)"))
        {
            writer.WriteLine($"{type} gradient = {Runtime.Unsafe}.Add(ref gradients, i);");
            writer.WriteLine("if (gradient == 0)");
            using (writer.Indent())
                writer.WriteLine("continue;");
            if (ReadsKey(uses))
                writer.WriteLine("int key = kv + i;");
            if (ReadsScore(uses))
                writer.WriteLine($"{type} score = {Runtime.Unsafe}.Add(ref scores, i);");
            writer.WriteStatements(inside.ToString());
        }
    }
}
