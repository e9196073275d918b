using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>What nodes read, and how often.</summary>
internal static class Operands
{
    /// <summary>The nodes that a node's value is computed from. A load's guard is none: the load is safe without it.</summary>
    public static IEnumerable<int> Of(IrNode node) => node switch
    {
        LoadNode load => load.Indices.Items,
        OperationNode operation => operation.Arguments.Items,
        FoldNode fold => fold.Arguments.Items,
        FoldResultNode result => [result.Fold],
        _ => [],
    };

    /// <summary>How many live nodes or results read each node; 0 if nothing needs it.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="results">The nodes that are needed in any case.</param>
    /// <param name="withGuards">Whether all loads and their guards are needed too.</param>
    public static int[] CountUses(IReadOnlyList<IrNode> nodes, IEnumerable<int> results, bool withGuards)
    {
        var uses = new int[nodes.Count];
        foreach (int result in results)
            uses[result]++;
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            if (withGuards && HasChecks(nodes[i]))
                uses[i]++;
            if (uses[i] == 0)
                continue;
            foreach (int operand in Of(nodes[i]))
                uses[operand]++;
            if (withGuards && nodes[i] is LoadNode { Guard: >= 0 } load)
                uses[load.Guard]++;
        }

        return uses;
    }

    private static bool HasChecks(IrNode node) =>
        node is LoadNode || (node is FoldNode fold && fold.Body.Nodes.Any(HasChecks));
}
