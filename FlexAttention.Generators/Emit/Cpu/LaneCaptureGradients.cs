using System.Globalization;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Writes <c>AddCaptureGradients</c> in vector lanes. What goes to one element for all keys is summed in lanes first; what goes to
/// neighbours is added at once.
/// </summary>
internal sealed class LaneCaptureGradients(VariantFields fields, ScoreGradient gradient) : CaptureGradientMethods(fields, gradient)
{
    private const string Writer = Runtime.GradientWriter + "<TLanes, TScalar, TFloat, TInt>";

    /// <summary>The method's body.</summary>
    public void Write(SourceWriter writer)
    {
        SourceWriter before = SourceWriter.CSharp(), reads = SourceWriter.CSharp();
        SourceWriter inside = SourceWriter.CSharp(), after = SourceWriter.CSharp();
        Dictionary<int, KeyRun> runs = KeyRun.FindAll(Gradient.Nodes, Varies);
        int[] uses = Operands.CountUses(Gradient.Nodes, Gradient.ByCapture.SelectMany(Needs).Concat(LoopArguments), runs: runs);
        BlockContext context = LaneMethods.Context(Fields);
        var block = new ValueBlock(context, Gradient.Nodes, Varies, uses, [], before, inside)
        {
            Runs = runs,
            Reads = reads,
        };
        block.Write();
        for (int i = 0; i < Gradient.ByCapture.Count; i++)
        {
            CaptureDerivative item = Gradient.ByCapture[i];
            if (!item.Indices.Any(index => Varies[index]))
                WriteSum(item, "sum" + i.ToString(CultureInfo.InvariantCulture), block, before, inside, after);
            else if (RunOf(item) is { } run)
                WriteRun(item, run, block, inside);
            else
                WriteScatter(item, Product(item, block), block, inside);
        }

        WriteLoops(context, block, inside);
        WriteKeys(writer, uses, before, reads, inside);
        writer.WriteStatements(after.ToString());
    }

    /// <inheritdoc/>
    protected override void WriteAddition(SourceWriter inside, ValueBlock body, bool[] varies, CaptureDerivative item)
    {
        string product = Contribution(item, body);
        if (item.Indices.Any(index => varies[index]))
            WriteScatter(item, product, body, inside);
        else
            WriteAddSum(item, product, body, inside);
    }

    private void WriteSum(
        CaptureDerivative item, string sum, ValueBlock block, SourceWriter before, SourceWriter inside, SourceWriter after)
    {
        before.WriteLine($"TFloat {sum} = TLanes.Broadcast(0f);");
        inside.WriteLine($"{sum} = TLanes.Add({sum}, {Product(item, block)});");
        WriteAddSum(item, sum, block, after);
    }

    private void WriteAddSum(CaptureDerivative item, string values, ValueBlock block, SourceWriter writer) =>
        writer.WriteLine($"{Writer}.AddSum({Arguments(item.Capture, values, item.Indices.Select(i => block.Value(i).Text))});");

    private void WriteRun(CaptureDerivative item, KeyRun run, ValueBlock block, SourceWriter inside)
    {
        string product = Product(item, block);
        string values = run.CountsDown ? $"TLanes.Reverse({product})" : product;
        IEnumerable<string> indices = item.Indices.Take(item.Indices.Count - 1).Select(i => block.Name(i).Text)
            .Prepend(item.Indices.Count.ToString(CultureInfo.InvariantCulture))
            .Append(LaneSpelling.First(run, block.Name));
        inside.WriteLine($"{Writer}.AddRun({Arguments(item.Capture, values, indices)});");
    }

    private void WriteScatter(CaptureDerivative item, string product, ValueBlock block, SourceWriter inside) =>
        inside.WriteLine($"{Writer}.Scatter({Arguments(item.Capture, product, item.Indices.Select(i => block.VaryingValue(i).Text))});");

    private void WriteKeys(SourceWriter writer, int[] uses, SourceWriter before, SourceWriter reads, SourceWriter inside)
    {
        writer.WriteStatements(before.ToString());
        using (writer.Block("for (int i = 0; i < count; i += TLanes.Count)"))
        {
            writer.WriteStatements(reads.ToString());
            writer.WriteLine($"TFloat gradient = TLanes.Load(ref {Runtime.Unsafe}.Add(ref gradients, i));");
            if (ReadsKey(uses))
                writer.WriteLine("TInt kvs = TLanes.Sequence(kv + i);");
            if (ReadsScore(uses))
                writer.WriteLine($"TFloat score = TLanes.Load(ref {Runtime.Unsafe}.Add(ref scores, i));");
            writer.WriteStatements(inside.ToString());
        }
    }

    private string Product(CaptureDerivative item, ValueBlock block) => IsOne(item) ? "gradient" : Contribution(item, block);

    private static string Contribution(CaptureDerivative item, ValueBlock block) =>
        $"{Writer}.Contribution(gradient, {block.VaryingValue(item.Derivative).Text})";

    /// <summary>The nodes that one derivative is added from; a run takes its first index alone.</summary>
    private IEnumerable<int> Needs(CaptureDerivative item)
    {
        IEnumerable<int> indices = RunOf(item) is { } run ? run.Operands(AsLoad(item)) : item.Indices;
        return indices.Append(item.Derivative);
    }

    private KeyRun? RunOf(CaptureDerivative item) => KeyRun.Find(Gradient.Nodes, Varies, AsLoad(item));

    private static LoadNode AsLoad(CaptureDerivative item) => new(IrType.Float32, item.Capture, item.Indices, IrBuilder.Always);
}
