using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Analysis;

/// <summary>
/// Estimates how many instructions it takes to compute each node at its stage, from indices, captured scalars, constants
/// and what earlier stages keep.
/// </summary>
internal sealed class InstructionWeights
{
    private const int Cheap = 2;
    private const int Long = 10;
    private const int Most = 1000;

    private readonly KernelGraph _graph;
    private readonly Stage[] _stages;
    private readonly int[] _weights;

    public InstructionWeights(KernelGraph graph, Stage[] stages)
    {
        _graph = graph;
        _stages = stages;
        _weights = new int[graph.Nodes.Count];
        for (int i = 0; i < _weights.Length; i++)
        {
            IEnumerable<int> computed = graph.Nodes[i].Operands().Where(operand => stages[operand] == stages[i] || !IsCostly(operand));
            _weights[i] = Math.Min(Most, computed.Sum(operand => _weights[operand]) + Own(graph.Nodes[i]));
        }
    }

    /// <summary>Whether a node takes more instructions than it takes to keep its value.</summary>
    public bool IsCostly(int node) => _weights[node] > Cheap;

    /// <summary>The one operation of a node's stage that makes the node costly, if it is only one.</summary>
    public int? OnlyCostlyPart(int node)
    {
        var parts = new HashSet<int>();
        CollectCostlyParts(node, _stages[node], parts, []);
        return parts.Count == 1 ? parts.First() : null;
    }

    private void CollectCostlyParts(int node, Stage stage, HashSet<int> parts, HashSet<int> visited)
    {
        if (_stages[node] != stage || !IsCostly(node) || !visited.Add(node))
            return;
        if (Own(_graph.Nodes[node]) >= Long)
        {
            parts.Add(node);
            return;
        }

        foreach (int operand in _graph.Nodes[node].Operands())
            CollectCostlyParts(operand, stage, parts, visited);
    }

    private static int Own(IrNode node) => node switch
    {
        ConstantNode or IndexNode or ScalarNode or ExtentNode or RegionParameterNode => 0,
        // Known in one place only: whatever is made of it has to be kept.
        ScaleNode or FoldNode => Most,
        OperationNode { Type: IrType.Bool } => 1,
        OperationNode { Type: IrType.Int64 or IrType.UInt64 or IrType.Float64 } => Long,
        OperationNode { Op: <= IrOp.Multiply or (>= IrOp.Negate and <= IrOp.FusedMultiplyAdd) } operation
            when operation.Op is not (IrOp.FloorDivide or IrOp.FloorModulo) => 1,
        _ => Long,
    };
}
