using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Ir;

/// <summary>The four positions a variant is a function of.</summary>
internal enum IrIndex : byte
{
    Batch,
    Head,
    Query,
    Key,
}

/// <summary>
/// One value of a variant's pure data-flow graph. Operands are the positions of earlier nodes in
/// <see cref="IrFunction.Nodes"/>, so that a function is a value: equal text, equal function.
/// </summary>
internal abstract record IrNode(IrType Type);

/// <summary>A literal. Integers and bools are held in <paramref name="Bits"/>; floats as the bits of a double.</summary>
internal sealed record ConstantNode(IrType Type, long Bits) : IrNode(Type);

/// <summary>Batch, query head, query or key/value index.</summary>
internal sealed record IndexNode(IrIndex Index) : IrNode(IrType.Int32);

/// <summary>The score that enters a score variant, in natural units: <c>scale * (q . k)</c>.</summary>
internal sealed record ScoreNode() : IrNode(IrType.Float32);

/// <summary>
/// The raw dot product <c>q . k</c> and the uniform <c>scale</c>: what <see cref="ScoreNode"/> becomes when the scale is
/// folded into the score maths. Only passes create them.
/// </summary>
internal sealed record DotNode() : IrNode(IrType.Float32);

/// <inheritdoc cref="DotNode"/>
internal sealed record ScaleNode() : IrNode(IrType.Float32);

/// <summary>
/// An integer on the pairs where a comparison of it holds: <c>value op bound</c>, or <c>value / divisor op bound</c> where there is a
/// divisor (−1: none). Interval arithmetic alone knows it; only <c>Restrictions</c> creates it.
/// </summary>
internal sealed record RestrictedNode(IrType Type, IrOp Comparison, int Value, int Divisor, int Bound) : IrNode(Type);

/// <summary>
/// Whether two captured elements may be equal, on the pairs where the first is not a certain value. Interval arithmetic alone
/// knows it, by a look at the elements; only <c>Restrictions</c> creates it.
/// </summary>
internal sealed record EqualElementsNode(int First, int Second, int Except) : IrNode(IrType.Bool);

/// <summary>A captured scalar.</summary>
internal sealed record ScalarNode(IrType Type, int Capture) : IrNode(Type);

/// <summary>The length of one dimension of a captured buffer.</summary>
internal sealed record ExtentNode(int Capture, int Dimension) : IrNode(IrType.Int32);

/// <summary>
/// One element of a captured buffer. <paramref name="Guard"/> is the bool node under which C# would have evaluated the
/// access (−1: always). A load never reads out of range: outside the buffer its value is zero.
/// </summary>
internal sealed record LoadNode(IrType Type, int Capture, EquatableArray<int> Indices, int Guard) : IrNode(Type);

/// <summary>An operation of the intrinsics table on earlier nodes.</summary>
internal sealed record OperationNode(IrType Type, IrOp Op, EquatableArray<int> Arguments) : IrNode(Type);

/// <summary>
/// A bounded loop: <c>for (i = start; i &lt; end; i += step)</c> (or <c>&gt;</c> when the constant step is negative) that
/// carries values. Arguments are <c>start, end, carried..., captured...</c>; the body's parameters are
/// <c>i, carried..., captured...</c> and its results the next carried values. The node itself has no value: read its
/// results with <see cref="FoldResultNode"/>.
/// </summary>
internal sealed record FoldNode(int Step, int CarriedCount, EquatableArray<int> Arguments, IrRegion Body)
    : IrNode(IrType.Bool);

/// <summary>The final value of one carried variable of a fold.</summary>
internal sealed record FoldResultNode(IrType Type, int Fold, int Carried) : IrNode(Type);

/// <summary>A parameter of a fold's body. See <see cref="FoldNode"/> for their order.</summary>
internal sealed record RegionParameterNode(IrType Type, int Parameter) : IrNode(Type);

/// <summary>The closed body of a fold: it sees its parameters and the captures, nothing else.</summary>
internal sealed record IrRegion(EquatableArray<IrNode> Nodes, EquatableArray<int> Results);

/// <summary>A pure function of the indices, the captures and (for a score) the score.</summary>
internal sealed record IrFunction(EquatableArray<IrNode> Nodes, int Result)
{
    public IrType Type => Nodes[Result].Type;
}
