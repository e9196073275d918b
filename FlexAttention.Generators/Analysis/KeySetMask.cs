using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// A mask that can be asked about many keys at once (<c>flex::KeySet</c>): it combines two conditions or more, each of which is the same for
/// all keys or compares the key, or its distance from another index, with what is the same for all; at least one compares the key.
/// </summary>
internal sealed class KeySetMask
{
    /// <summary>A single comparison of each pair takes no longer.</summary>
    private const int FewestConditions = 2;

    /// <summary>The conditions of shared parts are written for each use, so that they could become many.</summary>
    private const int MostConditions = 16;

    private readonly KernelGraph _graph;
    private readonly KeyForms _keys;
    private readonly List<int> _conditions = [];

    private KeySetMask(KernelGraph graph, KeyForms keys)
    {
        _graph = graph;
        _keys = keys;
    }

    /// <summary>The conditions that the mask combines, once for each use.</summary>
    public IReadOnlyList<int> Conditions => _conditions;

    /// <summary>A graph's mask, or null if it has none that can be asked so.</summary>
    public static KeySetMask? Of(KernelGraph graph, KeyForms keys)
    {
        var mask = new KeySetMask(graph, keys);
        return graph.Mask != KernelGraph.None && mask.Collect(graph.Mask) && mask._conditions.Count >= FewestConditions ? mask : null;
    }

    private bool Collect(int node)
    {
        if (!_keys.IsSameForAllKeys(node) && Combination(node) is { } combination)
            return combination.Arguments.All(Collect);
        _conditions.Add(node);
        return _conditions.Count <= MostConditions && (_keys.IsSameForAllKeys(node) || ComparesKey(node));
    }

    private OperationNode? Combination(int node) =>
        _graph.Nodes[node] is OperationNode { Type: IrType.Bool, Op: IrOp.And or IrOp.Or or IrOp.Xor or IrOp.Not or IrOp.Select } operation
            ? operation
            : null;

    private bool ComparesKey(int node) =>
        _graph.Nodes[node] is OperationNode operation
        && operation.Op.IsComparison()
        && (ComparesKey(node, operation, 0) || ComparesKey(node, operation, 1));

    private bool ComparesKey(int node, OperationNode operation, int position) =>
        _keys.TakesKey(node, position)
        && !_keys.IsSameForAllKeys(operation.Arguments[position])
        && _keys.IsSameForAllKeys(operation.Arguments[1 - position]);
}
