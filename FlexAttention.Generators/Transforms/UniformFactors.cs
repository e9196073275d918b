using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Gathers the factors of a product that are the same for a whole row, column or tile, so that one multiplication by
/// them is left for every pair: <c>(x * a) * b</c> becomes <c>x * (a * b)</c>, and <c>(x * a) * (y * b)</c> becomes
/// <c>(x * y) * (a * b)</c>.
/// </summary>
internal sealed class UniformFactors(KernelGraph source) : GraphPass(source)
{
    private readonly bool[] _exact = ExactnessAnalysis.Run(source);
    private readonly Dictionary<int, Stage> _stages = [];
    private readonly Stage[] _sourceStages = StageAnalysis.Run(source);
    private readonly int[] _uses = CountUses(source);

    protected override int Rewrite(int original, IrNode node)
    {
        int copy = node is OperationNode { Op: IrOp.Multiply, Type: IrType.Float32 } product && !_exact[original] && IsOnlyUse(original)
            ? Multiply(product.Arguments[0], product.Arguments[1])
            : Builder.Add(node);
        _stages[copy] = _sourceStages[original];
        return copy;
    }

    /// <summary>
    /// Whether the factors are used here alone. A product that is needed elsewhere too costs nothing here, and the powers of
    /// a polynomial would each keep a factor of their own.
    /// </summary>
    private bool IsOnlyUse(int product) =>
        Source.Nodes[product].Operands().All(factor =>
            _sourceStages[factor] != Stage.Element || _uses[factor] == Source.Nodes[product].Operands().Count(other => other == factor));

    private static int[] CountUses(KernelGraph graph)
    {
        var uses = new int[graph.Nodes.Count];
        foreach (int node in graph.Nodes.SelectMany(static node => node.Operands()).Concat(graph.Results))
            uses[node]++;
        return uses;
    }

    private int Multiply(int left, int right)
    {
        if (Factors(left) is var (x, a) && Factors(right) is var (y, b) && Product(a, b) is { } both)
            return Append(Append(x, y), both);
        (int value, int factor) = _stages[left] == Stage.Element ? (left, right) : (right, left);
        bool isUniform = _stages[value] == Stage.Element && _stages[factor] != Stage.Element;
        return isUniform && Factors(value) is var (inner, other) && Product(other, factor) is { } combined
            ? Append(inner, combined)
            : Append(left, right);
    }

    /// <summary>A product for every pair as its value for the pair and its uniform factor.</summary>
    private (int Value, int Factor)? Factors(int node)
    {
        if (Builder[node] is not OperationNode { Op: IrOp.Multiply } product)
            return null;
        (int left, int right) = (product.Arguments[0], product.Arguments[1]);
        if (_stages[left] == Stage.Element && _stages[right] != Stage.Element)
            return (left, right);
        return _stages[right] == Stage.Element && _stages[left] != Stage.Element ? (right, left) : null;
    }

    /// <summary>The product of two uniform factors, or null if it would not be uniform.</summary>
    private int? Product(int left, int right) =>
        StageAnalysis.Join(_stages[left], _stages[right]) == Stage.Element ? null : Append(left, right);

    private int Append(int left, int right)
    {
        int product = Builder.Add(IrType.Float32, IrOp.Multiply, left, right);
        _stages[product] = StageAnalysis.Join(_stages[left], _stages[right]);
        return product;
    }
}
