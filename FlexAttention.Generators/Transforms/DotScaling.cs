using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Makes the score a function of the raw dot product, in the dot product's own unit: <c>method(scale * dot) / scale</c>. For a
/// method that adds to its score this is the dot product plus something, and the multiplication by the scale joins the
/// one that feeds the exponential. Kernels see to it that the scale is neither tiny nor huge.
/// </summary>
internal sealed class DotScaling : ScoreScaling
{
    /// <summary>A constant that no scale a kernel divides by takes out of range.</summary>
    private const double LargestConstant = 1e18;

    private readonly bool[] _holdsScore;
    private readonly bool[] _holdsHugeConstant;

    private DotScaling(KernelGraph source)
        : base(source)
    {
        _holdsScore = Carry(source, static node => node is ScoreNode);
        _holdsHugeConstant = Carry(source, static node => node is ConstantNode constant && IsHuge(constant.ToDouble()));
    }

    /// <summary>The graph in the dot product's unit, or null where log2 units cost no more.</summary>
    public static KernelGraph? TryRun(KernelGraph source)
    {
        var scaling = new DotScaling(source);
        bool pays = source.Score != KernelGraph.None && scaling._holdsScore[source.Score];
        return pays && !scaling._holdsHugeConstant[source.Score] ? scaling.Run() : null;
    }

    protected override int Factor() =>
        Builder.Add(IrType.Float32, IrOp.Divide, Builder.Add(IrConstants.Float(IrType.Float32, 1)), Builder.Add(new ScaleNode()));

    protected override int ScaledScore() => Builder.Add(new DotNode());

    /// <summary>To wherever the score stands, which saves the scale's multiplication there.</summary>
    protected override bool GoesInto(int operation) => _holdsScore[operation] || base.GoesInto(operation);

    /// <summary>Which nodes the factor reaches such a part of.</summary>
    private bool[] Carry(KernelGraph source, Func<IrNode, bool> isPart)
    {
        var holds = new bool[source.Nodes.Count];
        for (int i = 0; i < holds.Length; i++)
            holds[i] = isPart(source.Nodes[i]) || Carriers(i).Any(carrier => holds[carrier]);
        return holds;
    }

    private static bool IsHuge(double value) => Math.Abs(value) > LargestConstant && !double.IsInfinity(value);
}
