using System.Globalization;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes <c>AddCaptureGradients</c>: what a run of keys adds to the gradients of the captures that learn.</summary>
internal sealed class CaptureGradientMethods(VariantFields fields, ScoreGradient gradient)
{
    private const string LaneWriter = Runtime.GradientWriter + "<TLanes, TScalar, TFloat, TInt>";

    private readonly bool[] _varies = Variation.Of(gradient.Nodes);

    /// <summary>The body in vector lanes.</summary>
    public void WriteLanes(SourceWriter writer)
    {
        SourceWriter before = SourceWriter.CSharp(), reads = SourceWriter.CSharp(), inside = SourceWriter.CSharp(), after = SourceWriter.CSharp();
        Dictionary<int, KeyRun> runs = KeyRun.FindAll(gradient.Nodes, _varies);
        int[] uses = Operands.CountUses(gradient.Nodes, gradient.ByCapture.SelectMany(Needs), runs: runs);
        var block = new ValueBlock(LaneMethods.Context(fields), gradient.Nodes, _varies, uses, [], before, inside)
        {
            Runs = runs,
            Reads = reads,
        };
        block.Write();
        for (int i = 0; i < gradient.ByCapture.Count; i++)
            WriteLanes(gradient.ByCapture[i], "sum" + i, block, before, inside, after);
        WriteLoop(writer, uses, before, reads, inside);
        writer.WriteStatements(after.ToString());
    }

    /// <summary>The body that calls <see cref="WriteScalarHelpers"/>' methods.</summary>
    public static void WriteScalar(SourceWriter writer) =>
        ScalarMethods.WriteDispatch(writer, type =>
            $"CaptureGradientsEach({ScalarMethods.As(type, "scores")}, {ScalarMethods.As(type, "gradients")}, count, b, h, q, kv, targets);");

    /// <summary>The methods that do the same one key at a time, one for each type of the scores.</summary>
    public void WriteScalarHelpers(SourceWriter writer)
    {
        foreach (string type in ScalarMethods.ScoreTypes)
        {
            writer.WriteLine();
            using (writer.Block(
                $"private readonly void CaptureGradientsEach(ref {type} scores, ref {type} gradients, int count, int b, int h, int q, int kv, {Runtime.ReadOnlySpan}<{Runtime.GradientView}> targets)"))
            using (writer.Block("unchecked"))
                WriteScalar(writer, type);
        }
    }

    private void WriteScalar(SourceWriter writer, string type)
    {
        SourceWriter before = SourceWriter.CSharp(), inside = SourceWriter.CSharp();
        int[] uses = Operands.CountUses(
            gradient.Nodes, gradient.ByCapture.SelectMany(static item => item.Indices.Append(item.Derivative)));
        var block = new ValueBlock(ScalarMethods.Context(fields, type), gradient.Nodes, _varies, uses, [], before, inside);
        block.Write();
        foreach (CaptureDerivative item in gradient.ByCapture)
        {
            string product = IsOne(item) ? "gradient" : $"gradient * {block.VaryingValue(item.Derivative).Operand}";
            inside.WriteLine($"{Runtime.GradientWriter}.Add({Arguments(item, product, item.Indices.Select(i => block.VaryingValue(i).Text))});");
        }

        writer.WriteStatements(before.ToString());
        using (writer.Block("for (int i = 0; i < count; i++)"))
        {
            writer.WriteLine($"{type} gradient = {Runtime.Unsafe}.Add(ref gradients, i);");
            writer.WriteLine("if (gradient == 0)");
            using (writer.Indent())
                writer.WriteLine("continue;");
            if (IsRead(uses, static node => node is IndexNode { Index: IrIndex.Key }))
                writer.WriteLine("int key = kv + i;");
            if (IsRead(uses, static node => node is ScoreNode))
                writer.WriteLine($"{type} score = {Runtime.Unsafe}.Add(ref scores, i);");
            writer.WriteStatements(inside.ToString());
        }
    }

    private void WriteLanes(
        CaptureDerivative item, string sum, ValueBlock block, SourceWriter before, SourceWriter inside, SourceWriter after)
    {
        string product = IsOne(item)
            ? "gradient"
            : $"{LaneWriter}.Contribution(gradient, {block.VaryingValue(item.Derivative).Text})";
        if (!item.Indices.Any(index => _varies[index]))
        {
            before.WriteLine($"TFloat {sum} = TLanes.Broadcast(0f);");
            inside.WriteLine($"{sum} = TLanes.Add({sum}, {product});");
            after.WriteLine($"{LaneWriter}.AddSum({Arguments(item, sum, item.Indices.Select(i => block.Value(i).Text))});");
        }
        else if (RunOf(item) is { } run)
        {
            string values = run.CountsDown ? $"TLanes.Reverse({product})" : product;
            string rank = item.Indices.Count.ToString(CultureInfo.InvariantCulture);
            IEnumerable<string> indices = item.Indices.Take(item.Indices.Count - 1).Select(i => block.Name(i).Text)
                .Append(LaneSpelling.First(run, block.Name));
            inside.WriteLine($"{LaneWriter}.AddRun({Arguments(item, values, indices.Prepend(rank))});");
        }
        else
        {
            inside.WriteLine($"{LaneWriter}.Scatter({Arguments(item, product, item.Indices.Select(i => block.VaryingValue(i).Text))});");
        }
    }

    private void WriteLoop(SourceWriter writer, int[] uses, SourceWriter before, SourceWriter reads, SourceWriter inside)
    {
        writer.WriteStatements(before.ToString());
        using (writer.Block("for (int i = 0; i < count; i += TLanes.Count)"))
        {
            writer.WriteStatements(reads.ToString());
            writer.WriteLine($"TFloat gradient = TLanes.Load(ref {Runtime.Unsafe}.Add(ref gradients, i));");
            if (IsRead(uses, static node => node is IndexNode { Index: IrIndex.Key }))
                writer.WriteLine("TInt kvs = TLanes.Sequence(kv + i);");
            if (IsRead(uses, static node => node is ScoreNode))
                writer.WriteLine($"TFloat score = TLanes.Load(ref {Runtime.Unsafe}.Add(ref scores, i));");
            writer.WriteStatements(inside.ToString());
        }
    }

    /// <summary>The nodes that one derivative is added from; a run takes its first index alone.</summary>
    private IEnumerable<int> Needs(CaptureDerivative item)
    {
        IEnumerable<int> indices = RunOf(item) is { } run ? run.Operands(AsLoad(item)) : item.Indices;
        return indices.Append(item.Derivative);
    }

    private KeyRun? RunOf(CaptureDerivative item) => KeyRun.Find(gradient.Nodes, _varies, AsLoad(item));

    private bool IsOne(CaptureDerivative item) => gradient.Nodes[item.Derivative] is ConstantNode constant && constant.Is(1);

    private bool IsRead(int[] uses, Func<IrNode, bool> isWanted) =>
        Enumerable.Range(0, uses.Length).Any(i => uses[i] > 0 && isWanted(gradient.Nodes[i]));

    private string Arguments(CaptureDerivative item, string value, IEnumerable<string> rest)
    {
        string target = $"in targets[{fields.LearnableOf(item.Capture).ToString(CultureInfo.InvariantCulture)}]";
        return string.Join(", ", new[] { target, value }.Concat(rest));
    }

    private static LoadNode AsLoad(CaptureDerivative item) => new(IrType.Float32, item.Capture, item.Indices, IrBuilder.Always);
}
