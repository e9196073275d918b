using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Parsing;

/// <summary>Checks the captures marked <c>[Learnable]</c>.</summary>
internal static class LearnableCaptures
{
    private const string AttributeName = "FlexAttention.LearnableAttribute";

    /// <summary>The attribute on a captured parameter, if it has it.</summary>
    public static AttributeData? AttributeOf(IParameterSymbol parameter) =>
        parameter.GetAttributes().FirstOrDefault(static attribute => attribute.AttributeClass?.ToDisplayString() == AttributeName);

    /// <summary>Where an attribute stands.</summary>
    public static Location? Location(AttributeData? attribute) => attribute?.ApplicationSyntaxReference?.GetSyntax().GetLocation();

    /// <summary>Whether a capture's type has gradients.</summary>
    public static bool CanLearn(CaptureModel capture) => capture.Element switch
    {
        CaptureElement.Float32 => true,
        CaptureElement.Half => capture.Rank > 0,
        CaptureElement.Float64 => capture.Rank == 0,
        _ => false,
    };

    /// <summary>Reports captures that learn but have no derivative.</summary>
    /// <param name="signature">The variant.</param>
    /// <param name="captures">The captures of its kernel.</param>
    /// <param name="score">Its score; null for a mask.</param>
    /// <param name="sink">Takes the reports.</param>
    public static void Check(VariantSignature signature, CaptureUnion captures, IrFunction? score, DiagnosticSink sink)
    {
        if (!signature.Captures.Any(static capture => capture.IsLearnable))
            return;
        ScoreGradient? gradient = score is null ? null : Differentiator.Run(score, captures.Captures);
        for (int i = 0; i < signature.Captures.Count; i++)
        {
            CaptureModel capture = signature.Captures[i];
            if (!capture.IsLearnable)
                continue;
            int position = captures.Position(capture);
            if (score is not null && IsReadInInnerLoop(score.Nodes, position))
                sink.Report(Rules.LearnableInLoop, Location(AttributeOf(signature.CaptureParameters[i])), capture.Name);
            else if (gradient?.Has(position) != true)
                sink.Report(Rules.NothingToLearn, Location(AttributeOf(signature.CaptureParameters[i])), capture.Name);
        }
    }

    /// <summary>Whether a loop in a loop reads a capture.</summary>
    private static bool IsReadInInnerLoop(EquatableArray<IrNode> nodes, int capture) =>
        Loops(nodes).Any(fold => Loops(fold.Body.Nodes).Any(inner => IsRead(inner.Body.Nodes, capture)));

    private static bool IsRead(EquatableArray<IrNode> nodes, int capture) =>
        nodes.Any(node => node is LoadNode load && load.Capture == capture) || Loops(nodes).Any(fold => IsRead(fold.Body.Nodes, capture));

    private static IEnumerable<FoldNode> Loops(EquatableArray<IrNode> nodes) => nodes.OfType<FoldNode>();
}
