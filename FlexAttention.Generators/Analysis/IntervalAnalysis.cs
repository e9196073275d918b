using System.Collections.Immutable;
using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>How much of a value is known over a rectangle of queries and keys of one batch and head.</summary>
internal enum Knowledge : byte
{
    /// <summary>Nothing: it may be any value of its type.</summary>
    Unknown,

    /// <summary>Between which bounds it lies, or which truth values it takes.</summary>
    Interval,

    /// <summary>The value itself, which is the same everywhere.</summary>
    Uniform,
}

/// <summary>
/// Finds what interval arithmetic says of each node of a mask. The intervals themselves are computed at run time, from the
/// values that the captures have then.
/// </summary>
internal static class IntervalAnalysis
{
    /// <summary>The knowledge of each node of a function.</summary>
    public static ImmutableArray<Knowledge> Run(IrFunction function)
    {
        ImmutableArray<Dependence> dependence = DependenceAnalysis.Run(function);
        var result = ImmutableArray.CreateBuilder<Knowledge>(function.Nodes.Count);
        for (int i = 0; i < function.Nodes.Count; i++)
            result.Add(IsUniform(dependence[i]) ? Knowledge.Uniform : Of(function.Nodes[i], function.Nodes.Items, result));
        return result.MoveToImmutable();
    }

    /// <summary>The intervals that a function's result is computed from, and the operands that they start from.</summary>
    public static bool[] FindNeeded(IrFunction function, ImmutableArray<Knowledge> knowledge)
    {
        var isNeeded = new bool[function.Nodes.Count];
        isNeeded[function.Result] = true;
        for (int i = function.Result; i >= 0; i--)
        {
            if (!isNeeded[i] || knowledge[i] != Knowledge.Interval)
                continue;
            foreach (int operand in function.Nodes[i].ValueOperands())
                isNeeded[operand] = true;
        }

        return isNeeded;
    }

    private static bool IsUniform(Dependence dependence) => (dependence & ~(Dependence.Batch | Dependence.Head)) == 0;

    private static Knowledge Of(IrNode node, ImmutableArray<IrNode> nodes, ImmutableArray<Knowledge>.Builder earlier) => node switch
    {
        IndexNode => Knowledge.Interval,
        RestrictedNode restricted => earlier[restricted.Value],
        EqualElementsNode => Knowledge.Interval,
        // A zero for what is out of range is part of the interval, so that the guard adds nothing.
        LoadNode { Type: IrType.Int32 or IrType.Bool } load when load.Indices.All(index => earlier[index] != Knowledge.Unknown) =>
            Knowledge.Interval,
        OperationNode operation when HasIntervals(operation, nodes)
            && IntervalRules.IsKnown(operation.Op, [.. operation.Arguments.Select(argument => earlier[argument] != Knowledge.Unknown)]) =>
            Knowledge.Interval,
        // Floats, loops, and what depends on them.
        _ => Knowledge.Unknown,
    };

    private static bool HasIntervals(OperationNode operation, ImmutableArray<IrNode> nodes) =>
        IntervalRules.HasIntervals(operation.Type)
        && operation.Arguments.All(argument => IntervalRules.HasIntervals(nodes[argument].Type));
}
