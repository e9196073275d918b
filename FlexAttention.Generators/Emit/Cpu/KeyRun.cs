using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// A captured access like <c>bias[h, kv - q]</c> or <c>bias[h, q - kv]</c>: from key to key the last index goes one up, or
/// one down, and the others stay. Its elements are read at once instead of one by one.
/// </summary>
/// <param name="CountsDown">Whether the last index falls as the key rises.</param>
/// <param name="Terms">What the last index has beside the key, and whether it is subtracted.</param>
internal sealed record KeyRun(bool CountsDown, IReadOnlyList<(int Node, bool IsNegative)> Terms)
{
    /// <summary>The accesses of a function that are runs, by their nodes.</summary>
    public static Dictionary<int, KeyRun> FindAll(IReadOnlyList<IrNode> nodes, IReadOnlyList<bool> varies)
    {
        var runs = new Dictionary<int, KeyRun>();
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is LoadNode load && Find(nodes, varies, load) is { } run)
                runs.Add(i, run);
        }

        return runs;
    }

    /// <summary>The nodes that the access is computed from: neither the key nor the sum that it stands in.</summary>
    public IEnumerable<int> Operands(LoadNode load) =>
        load.Indices.Take(load.Indices.Count - 1).Concat(Terms.Select(static term => term.Node));

    /// <summary>How an access is a run, or null if it is none.</summary>
    public static KeyRun? Find(IReadOnlyList<IrNode> nodes, IReadOnlyList<bool> varies, LoadNode load)
    {
        if (load.Indices.Count == 0)
            return null;
        int last = load.Indices[load.Indices.Count - 1];
        if (load.Indices.Take(load.Indices.Count - 1).Any(index => varies[index]))
            return null;
        var terms = new List<(int Node, bool IsNegative)>();
        var keys = new List<bool>();
        return TryCollect(last, isNegative: false) && keys.Count == 1 ? new KeyRun(keys[0], terms) : null;

        bool TryCollect(int node, bool isNegative)
        {
            if (!varies[node])
            {
                terms.Add((node, isNegative));
                return true;
            }

            switch (nodes[node])
            {
                case IndexNode:
                    keys.Add(isNegative);
                    return true;
                case OperationNode { Op: IrOp.Add } sum:
                    return TryCollect(sum.Arguments[0], isNegative) && TryCollect(sum.Arguments[1], isNegative);
                case OperationNode { Op: IrOp.Subtract } difference:
                    return TryCollect(difference.Arguments[0], isNegative) && TryCollect(difference.Arguments[1], !isNegative);
                case OperationNode { Op: IrOp.Negate } negation:
                    return TryCollect(negation.Arguments[0], !isNegative);
                default:
                    return false;
            }
        }
    }
}
