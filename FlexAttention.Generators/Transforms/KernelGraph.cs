using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Transforms;

/// <summary>The C# line that a node came from; line 0: none.</summary>
internal readonly record struct Origin(string FileName, int Line);

/// <summary>
/// A variant's score and mask in one graph, so that what both need is one node. This is what a kernel's passes work on.
/// </summary>
/// <param name="Nodes">The nodes; operands come first.</param>
/// <param name="Origins">The C# line of each node.</param>
/// <param name="Score">The node that is the new score, or <see cref="None"/> if scores are left alone.</param>
/// <param name="Mask">The node that tells whether a pair is kept, or <see cref="None"/> if all are.</param>
internal sealed record KernelGraph(EquatableArray<IrNode> Nodes, EquatableArray<Origin> Origins, int Score, int Mask)
{
    /// <summary>The result that a variant does not have.</summary>
    public const int None = -1;

    /// <summary>The score's derivatives, in a backward kernel that needs any.</summary>
    public KernelGradient? Gradient { get; init; }

    /// <summary>The results that there are.</summary>
    public IEnumerable<int> Results => Values.Concat(Gradient?.Nodes ?? []);

    /// <summary>The score and the mask, as far as there are any.</summary>
    public IEnumerable<int> Values => new[] { Score, Mask }.Where(static result => result != None);

    /// <summary>A variant's methods as they were written.</summary>
    public static KernelGraph Of(VariantModel model)
    {
        var builder = new KernelGraphBuilder();
        int score = builder.Import(model.Score, model.ScoreLines);
        int mask = builder.Import(model.Mask, model.MaskLines);
        return builder.ToGraph(score, mask);
    }

    /// <summary>A variant's methods with the derivatives of its score.</summary>
    public static KernelGraph Of(VariantModel model, ScoreGradient gradient)
    {
        var builder = new KernelGraphBuilder();
        int score = builder.Import(model.Score, model.ScoreLines);
        int mask = builder.Import(model.Mask, model.MaskLines);
        int[] copies = builder.Import(gradient.Nodes);
        var derivatives = new KernelGradient(gradient.IsScoreShifted ? None : gradient.ByScore, gradient.ByCapture, gradient.ByLoop);
        return builder.ToGraph(score, mask, derivatives.Map(node => copies[node]));
    }
}
