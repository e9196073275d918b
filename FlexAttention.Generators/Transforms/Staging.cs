using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Chooses what a kernel computes once for a tile, a row or a column and keeps for the pairs. Every kept value costs a
/// register, so what takes an instruction or two (a conversion, an index plus a constant) is computed again instead.
/// </summary>
internal sealed class Staging
{
    private readonly KernelGraph _graph;
    private readonly Stage[] _stages;
    private readonly InstructionWeights _weights;
    private readonly LearnedElements? _learned;
    private readonly SortedSet<int> _members = [];
    private readonly HashSet<(int Node, Stage Stage)> _visited = [];

    private Staging(KernelGraph graph)
    {
        _graph = graph;
        _stages = StageAnalysis.Run(graph);
        _weights = new InstructionWeights(graph, _stages);
        _learned = graph.Gradient is { } gradient ? new LearnedElements(graph.Nodes, gradient) : null;
        foreach (int result in graph.Values.Concat(_learned?.NeededByPairs ?? []))
            Compute(result, Stage.Element);
    }

    public static StagedGraph Run(KernelGraph graph)
    {
        var staging = new Staging(graph);
        bool[] exact = ExactnessAnalysis.Run(graph);
        IEnumerable<Precision> precision = exact.Select((isExact, node) =>
            isExact ? Precision.Exact
            : staging._stages[node] == Stage.Element ? Precision.Fast
            : Precision.Accurate);
        return new StagedGraph(
            graph, staging.Members(Stage.Head), staging.Members(Stage.Row), staging.Members(Stage.Column), [.. precision])
        {
            Learned = staging._learned,
        };
    }

    private int[] Members(Stage stage) => [.. _members.Where(node => _stages[node] == stage)];

    /// <summary>Makes a node's value known at a stage: kept from an earlier one, or computed there.</summary>
    private void Compute(int node, Stage stage)
    {
        if (!_visited.Add((node, stage)))
            return;
        if (_stages[node] != stage && IsKept(node))
        {
            _members.Add(node);
            stage = _stages[node];
            _visited.Add((node, stage));
        }

        foreach (int operand in _graph.Nodes[node].Operands())
            Compute(operand, stage);
    }

    /// <summary>A bool made of one costly value is a comparison away from it, and the value serves other bools too.</summary>
    private bool IsKept(int node) =>
        _weights.IsCostly(node)
        && (_graph.Nodes[node].Type != IrType.Bool || _weights.OnlyCostlyPart(node) is not { } part || part == node);
}
