namespace FlexAttention.Generators.Ir;

/// <summary>The edges of the graph.</summary>
internal static class IrOperands
{
    /// <summary>The positions a node reads, a load's guard included.</summary>
    public static IEnumerable<int> Operands(this IrNode node) => node switch
    {
        OperationNode operation => operation.Arguments,
        LoadNode { Guard: >= 0 } load => load.Indices.Append(load.Guard),
        LoadNode load => load.Indices,
        FoldNode fold => fold.Arguments,
        FoldResultNode result => [result.Fold],
        RestrictedNode { Divisor: >= 0 } restricted => [restricted.Value, restricted.Divisor, restricted.Bound],
        RestrictedNode restricted => [restricted.Value, restricted.Bound],
        EqualElementsNode equal => [equal.First, equal.Second, equal.Except],
        _ => [],
    };

    /// <summary>The positions that a node's value is computed from. A load's guard is none: the load is safe without it.</summary>
    public static IEnumerable<int> ValueOperands(this IrNode node) => node is LoadNode load ? load.Indices : node.Operands();

    /// <summary>The node with each operand renamed.</summary>
    public static IrNode MapOperands(this IrNode node, Func<int, int> map) => node switch
    {
        OperationNode operation => operation with { Arguments = new(operation.Arguments.Select(map)) },
        LoadNode load => load with
        {
            Indices = new(load.Indices.Select(map)),
            Guard = load.Guard >= 0 ? map(load.Guard) : load.Guard,
        },
        FoldNode fold => fold with { Arguments = new(fold.Arguments.Select(map)) },
        FoldResultNode result => result with { Fold = map(result.Fold) },
        RestrictedNode restricted => restricted with
        {
            Value = map(restricted.Value),
            Divisor = restricted.Divisor >= 0 ? map(restricted.Divisor) : restricted.Divisor,
            Bound = map(restricted.Bound),
        },
        EqualElementsNode equal => new EqualElementsNode(map(equal.First), map(equal.Second), map(equal.Except)),
        _ => node,
    };
}
