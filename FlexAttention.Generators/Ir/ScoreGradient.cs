using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Ir;

/// <summary>A score and its derivatives in one graph, so that what they have in common is one node.</summary>
/// <param name="Nodes">The nodes; operands come first.</param>
/// <param name="Score">The node that is the new score.</param>
/// <param name="ByScore">Its derivative by the score that enters.</param>
/// <param name="ByCapture">Its derivatives by what is read of the captures that learn.</param>
/// <param name="ByLoop">The same for what loops read.</param>
internal sealed record ScoreGradient(
    EquatableArray<IrNode> Nodes,
    int Score,
    int ByScore,
    EquatableArray<CaptureDerivative> ByCapture,
    EquatableArray<LoopDerivative> ByLoop)
{
    /// <summary>Whether the derivative by the score is one everywhere, so that nothing has to be computed for it.</summary>
    public bool IsScoreShifted => Nodes[ByScore] is ConstantNode constant && constant.Is(1);

    /// <summary>Whether any capture has a derivative.</summary>
    public bool HasCaptures => ByCapture.Count + ByLoop.Count > 0;

    /// <summary>Whether a capture has one.</summary>
    public bool Has(int capture) =>
        ByCapture.Any(item => item.Capture == capture) || ByLoop.Any(item => item.Capture == capture);
}

/// <summary>The derivative of a score by one element of a capture.</summary>
/// <param name="Capture">The capture.</param>
/// <param name="Indices">The nodes of the element's indices; none for a scalar.</param>
/// <param name="Derivative">The node of the derivative.</param>
internal sealed record CaptureDerivative(int Capture, EquatableArray<int> Indices, int Derivative);

/// <summary>The derivatives of a score by the elements that one access of a loop reads, one in each iteration.</summary>
/// <param name="Capture">The capture.</param>
/// <param name="Loop">
/// A loop over the same iterations that carries nothing: what its body gives is the derivative by the element that the score's
/// own loop reads in this iteration, then the element's indices.
/// </param>
internal sealed record LoopDerivative(int Capture, FoldNode Loop);
