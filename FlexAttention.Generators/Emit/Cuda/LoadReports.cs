using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Finds what the checked mode has to compute.</summary>
internal static class LoadReports
{
    /// <summary>The indices and guards of all loads, and the folds that hold loads.</summary>
    public static IEnumerable<int> Inputs(IReadOnlyList<IrNode> nodes)
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is LoadNode load)
            {
                foreach (int operand in load.Operands())
                    yield return operand;
            }

            if (nodes[i] is FoldNode fold && HasLoads(fold))
                yield return i;
        }
    }

    private static bool HasLoads(FoldNode fold) =>
        fold.Body.Nodes.Any(static node => node is LoadNode || (node is FoldNode inner && HasLoads(inner)));
}
