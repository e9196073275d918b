using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>How often nodes are read.</summary>
internal static class Operands
{
    /// <summary>How many live nodes or results read each node; 0 if nothing needs its value.</summary>
    /// <param name="nodes">The nodes.</param>
    /// <param name="results">The nodes that are needed in any case.</param>
    /// <param name="isChecked">Whether the indices and the guard of every load are needed too, to test it.</param>
    /// <param name="runs">The accesses that are runs, which need less than others.</param>
    public static int[] CountUses(
        IReadOnlyList<IrNode> nodes, IEnumerable<int> results, bool isChecked = false, IReadOnlyDictionary<int, KeyRun>? runs = null)
    {
        var uses = new int[nodes.Count];
        foreach (int result in results)
            uses[result]++;
        for (int i = nodes.Count - 1; i >= 0; i--)
        {
            bool hasLoads = isChecked && HasLoads(nodes[i]);
            if (hasLoads && nodes[i] is FoldNode)
                uses[i]++;
            if (uses[i] == 0 && !hasLoads)
                continue;
            foreach (int operand in runs is not null && runs.TryGetValue(i, out KeyRun? run) ? run.Operands((LoadNode)nodes[i]) : nodes[i].ValueOperands())
                uses[operand]++;
            if (isChecked && nodes[i] is LoadNode { Guard: >= 0 } load)
                uses[load.Guard]++;
        }

        return uses;
    }

    /// <summary>Whether a node reads a captured buffer, itself or in its body.</summary>
    public static bool HasLoads(IrNode node) =>
        node is LoadNode || (node is FoldNode fold && fold.Body.Nodes.Any(HasLoads));
}
