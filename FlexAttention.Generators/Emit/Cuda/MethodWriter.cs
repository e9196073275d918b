using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes the C# methods as they stand, for tests and tools, and the checked mode.</summary>
internal sealed class MethodWriter(UnitContext unit, KernelGraph graph)
{
    private readonly Precision[] _precision = new Precision[graph.Nodes.Count];

    public void Write()
    {
        unit.Writer.WriteLine();
        unit.Writer.WriteLine("// The methods as written, in natural units.");
        WriteMethod("float evaluate_score(float score, int b, int h, int q, int kv)", graph.Score, "score");
        WriteMethod("bool evaluate_mask(int b, int h, int q, int kv)", graph.Mask, "true");
        unit.Writer.WriteLine();
        unit.Writer.WriteLine("// Every captured access of one pair, with its range.");
        WriteCheck();
    }

    private void WriteMethod(string signature, int result, string absent)
    {
        if (result == KernelGraph.None)
        {
            unit.Writer.WriteLine($"FLEX_DEVICE {signature} const {{ return {absent}; }}");
            return;
        }

        using (unit.Writer.Block($"FLEX_DEVICE {signature} const"))
        {
            BodyWriter body = CreateBody(reportsLoads: false);
            body.Write([result]);
            body.EnterLine(result);
            unit.Writer.WriteLine($"return {body[result]};");
            unit.Lines.Leave();
        }
    }

    /// <summary>An index may be computed from the score: any will do, since the checked mode has none.</summary>
    private void WriteCheck()
    {
        const string Header = "FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const";
        int[] inputs = [.. LoadReports.Inputs(graph.Nodes)];
        if (inputs.Length == 0)
        {
            unit.Writer.WriteLine(Header + " {}");
            return;
        }

        using (unit.Writer.Block(Header))
        {
            if (DependenceAnalysis.AnyOnScore(graph.Nodes.Items, inputs))
                unit.Writer.WriteLine("const float score = 0.0f;");
            CreateBody(reportsLoads: true).Write(inputs);
            unit.Lines.Leave();
        }
    }

    private BodyWriter CreateBody(bool reportsLoads) =>
        new(unit, new LocalNames(firstValue: 0), graph, _precision) { ReportsLoads = reportsLoads };
}
