using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes the C# methods as they stand, for tests and tools, and the checked mode.</summary>
internal sealed class MethodWriter(UnitContext unit, VariantModel model, KernelGraph graph)
{
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
            BodyWriter body = CreateBody(graph, new LocalNames(firstValue: 0), reportsLoads: false);
            body.Write([result]);
            body.EnterLine(result);
            unit.Writer.WriteLine($"return {body[result]};");
            unit.Lines.Leave();
        }
    }

    /// <summary>The score of a pair that the mask rejects is not needed, so that what it reads may be anything.</summary>
    private void WriteCheck()
    {
        KernelGraph mask = KernelGraph.Of(model with { Score = null });
        KernelGraph score = KernelGraph.Of(model with { Mask = null });
        int[] maskInputs = [.. LoadReports.Inputs(mask.Nodes)], scoreInputs = [.. LoadReports.Inputs(score.Nodes)];
        using (unit.Writer.Block("FLEX_DEVICE void check(flex::Checker& checker, int b, int h, int q, int kv) const"))
        {
            var names = new LocalNames(firstValue: 0);
            BodyWriter body = CreateBody(mask, names, reportsLoads: true);
            bool guardsScore = scoreInputs.Length > 0 && mask.Mask != KernelGraph.None;
            body.Write(guardsScore ? [.. maskInputs, mask.Mask] : maskInputs);
            if (guardsScore)
                unit.Writer.WriteLine($"if (!({body[mask.Mask]})) return;");
            // An index may be computed from the score: any will do, since the checked mode has none.
            if (DependenceAnalysis.AnyOnScore(score.Nodes.Items, scoreInputs))
                unit.Writer.WriteLine("const float score = 0.0f;");
            CreateBody(score, names, reportsLoads: true).Write(scoreInputs);
            unit.Lines.Leave();
        }
    }

    private BodyWriter CreateBody(KernelGraph method, LocalNames names, bool reportsLoads) =>
        new(unit, names, method, new Precision[method.Nodes.Count]) { ReportsLoads = reportsLoads };
}
