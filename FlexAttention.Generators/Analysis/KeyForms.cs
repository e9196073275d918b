using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Finds the integers that are the index of a query or a key or a distance from it, and what can be made of them in a cheaper
/// way than of other integers. A kernel holds such a value as a part that is the same for a whole tile and one that is known
/// at compile time (<c>flex::Key</c>): forward kernels the key's, backward kernels the query's.
/// </summary>
internal sealed class KeyForms
{
    private readonly KernelGraph _graph;
    private readonly IReadOnlyList<Precision> _precision;
    private readonly Stage[] _stages;

    /// <summary>Analyses a graph outside its folds.</summary>
    public KeyForms(KernelGraph graph, IReadOnlyList<Precision> precision)
    {
        _graph = graph;
        _precision = precision;
        _stages = StageAnalysis.Run(graph);
    }

    /// <summary>Whether a value is an integer that follows from such an index by steps which keep it in two parts.</summary>
    public bool IsKey(int node) =>
        _graph.Nodes[node] is IndexNode { Index: IrIndex.Query or IrIndex.Key } || IsDistance(node) || IsMagnitude(node);

    /// <summary>Whether an operation has a form for keys in the place of one of its operands; else that one has to be an int.</summary>
    public bool TakesKey(int node, int position)
    {
        if (_graph.Nodes[node] is not OperationNode operation || !IsKey(operation.Arguments[position]))
            return false;
        if (operation.Op.IsComparison())
            return position == 0 || !IsKey(operation.Arguments[0]) || !operation.Arguments.Any(IsMagnitude);
        return IsKey(node) || (operation is { Op: IrOp.Convert, Type: IrType.Float32 } && _precision[node] != Precision.Exact);
    }

    /// <summary>
    /// The parts of a product of a key or its distance, as a float, with a coefficient that is the same for all keys; null for any
    /// other value.
    /// </summary>
    public (int Coefficient, int Key)? ScaledKey(int node)
    {
        if (_precision[node] == Precision.Exact)
            return null;
        if (_graph.Nodes[node] is not OperationNode { Op: IrOp.Multiply, Type: IrType.Float32 } product)
            return null;
        (int left, int right) = (product.Arguments[0], product.Arguments[1]);
        return ConvertedKey(right) is { } key && IsSameForAllKeys(left) ? (left, key)
            : ConvertedKey(left) is { } other && IsSameForAllKeys(right) ? (right, other)
            : null;
    }

    /// <summary>Whether a value is the same for all keys of a row.</summary>
    public bool IsSameForAllKeys(int node) => _stages[node] is Stage.Head or Stage.Row;

    private bool IsDistance(int node) => _graph.Nodes[node] is OperationNode operation && operation.Op switch
    {
        IrOp.Subtract => operation.Arguments.All(IsIndex) && operation.Arguments.Any(IsKey),
        IrOp.Negate => IsDistance(operation.Arguments[0]),
        _ => false,
    };

    private bool IsMagnitude(int node) =>
        _graph.Nodes[node] is OperationNode { Op: IrOp.Abs } operation && IsDistance(operation.Arguments[0]);

    private bool IsIndex(int node) => _graph.Nodes[node] is IndexNode;

    private int? ConvertedKey(int node) =>
        _graph.Nodes[node] is OperationNode { Op: IrOp.Convert } conversion && TakesKey(node, 0) && !IsSameForAllKeys(node)
            ? conversion.Arguments[0]
            : null;
}
