using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Ir;

/// <summary>The nodes that some results need, in their old order and renumbered.</summary>
internal sealed class LiveNodes
{
    private const int Dead = -1;

    private readonly int[] _positions;

    private LiveNodes(IReadOnlyList<IrNode> nodes, bool[] isLive)
    {
        _positions = new int[nodes.Count];
        var kept = new List<IrNode>();
        for (int i = 0; i < nodes.Count; i++)
        {
            _positions[i] = isLive[i] ? kept.Count : Dead;
            if (isLive[i])
                kept.Add(nodes[i].MapOperands(PositionOf));
        }

        Nodes = new(kept);
    }

    public EquatableArray<IrNode> Nodes { get; }

    public static LiveNodes Of(IReadOnlyList<IrNode> nodes, IReadOnlyList<int> results)
    {
        var isLive = new bool[nodes.Count];
        foreach (int result in results)
            isLive[result] = true;
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (!isLive[i])
                continue;
            foreach (int operand in nodes[i].Operands())
                isLive[operand] = true;
        }

        return new LiveNodes(nodes, isLive);
    }

    /// <summary>A live node's new position.</summary>
    public int PositionOf(int node) => _positions[node];

    /// <summary>The items that belong to live nodes, of a list that runs beside the nodes.</summary>
    public EquatableArray<int> Choose(IReadOnlyList<int> items) => new(items.Where((_, i) => _positions[i] != Dead));
}
