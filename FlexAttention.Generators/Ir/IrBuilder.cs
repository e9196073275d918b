using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Ir;

/// <summary>
/// Builds a function or a loop's body, node by node. Equal nodes are shared, constants are folded, and identities that
/// hold to the bit are applied, so that what is written twice is computed once. Nodes are named by their positions.
/// </summary>
internal sealed partial class IrBuilder
{
    /// <summary>The guard of a load that always happens.</summary>
    public const int Always = -1;

    private readonly List<IrNode> _nodes = [];
    private readonly List<int> _lines = [];
    private readonly Dictionary<IrNode, int> _positions = [];

    /// <summary>The 1-based source line of the nodes that are added next; 0 if they have none.</summary>
    public int Line { get; set; }

    public int Count => _nodes.Count;

    public IrNode this[int node] => _nodes[node];

    public IrType TypeOf(int node) => _nodes[node].Type;

    public ConstantNode? ConstantAt(int node) => _nodes[node] as ConstantNode;

    /// <summary>Whether a node is the bool constant <paramref name="value"/>.</summary>
    public bool IsConstant(int node, bool value) =>
        _nodes[node] is ConstantNode { Type: IrType.Bool } constant && constant.IsTrue() == value;

    public int Int32(int value) => Share(IrConstants.Int32(value));

    public int Bool(bool value) => Share(IrConstants.Bool(value));

    public int Float32(float value) => Share(IrConstants.Float(IrType.Float32, value));

    public int Float64(double value) => Share(IrConstants.Float(IrType.Float64, value));

    /// <summary>Zero, or false.</summary>
    public int Zero(IrType type) => Share(IrConstants.Zero(type));

    /// <summary>A whole number as a constant of any numeric type.</summary>
    public int Number(IrType type, int value) => Share(ConstantConversion.Convert(IrConstants.Int32(value), type));

    public int Index(IrIndex index) => Share(new IndexNode(index));

    public int Score() => Share(new ScoreNode());

    public int Scalar(IrType type, int capture) => Share(new ScalarNode(type, capture));

    public int Extent(int capture, int dimension) => Share(new ExtentNode(capture, dimension));

    public int Load(IrType type, int capture, IEnumerable<int> indices, int guard = Always) =>
        Append(new LoadNode(type, capture, new(indices), guard));

    public int Convert(IrType type, int value) => Append(new OperationNode(type, IrOp.Convert, new([value])));

    public int Select(int condition, int ifTrue, int ifFalse) =>
        Append(new OperationNode(TypeOf(ifTrue), IrOp.Select, new([condition, ifTrue, ifFalse])));

    /// <summary>An operation whose type follows from its first operand's: all but <c>Select</c> and <c>Convert</c>.</summary>
    public int Operation(IrOp op, params int[] arguments) =>
        Append(new OperationNode(op.ResultType(TypeOf(arguments[0])), op, new(arguments)));

    public int Not(int condition) => Operation(IrOp.Not, condition);

    public int And(int left, int right) => Operation(IrOp.And, left, right);

    public int Or(int left, int right) => Operation(IrOp.Or, left, right);

    public int Parameter(IrType type, int parameter) => Share(new RegionParameterNode(type, parameter));

    public int Fold(int step, int carriedCount, IEnumerable<int> arguments, IrRegion body) =>
        Share(new FoldNode(step, carriedCount, new(arguments), body));

    public int FoldResult(IrType type, int fold, int carried) => Share(new FoldResultNode(type, fold, carried));

    /// <summary>Adds a node whose operands are positions in this builder, simplified: how passes rebuild a function.</summary>
    /// <returns>The position of a node with the same value.</returns>
    public int Append(IrNode node) => node switch
    {
        OperationNode operation => Simplify(operation) ?? Share(operation),
        LoadNode { Guard: >= 0 } load when IsConstant(load.Guard, true) => Share(load with { Guard = Always }),
        LoadNode { Guard: >= 0 } load when IsConstant(load.Guard, false) => Zero(load.Type),
        _ => Share(node),
    };

    /// <summary>The function whose value is <paramref name="result"/>: what it does not need is left out.</summary>
    public IrFunction ToFunction(int result) => ToFunction(result, out _);

    /// <inheritdoc cref="ToFunction(int)"/>
    /// <param name="result">The function's value.</param>
    /// <param name="lines">The source line of each of the function's nodes.</param>
    public IrFunction ToFunction(int result, out EquatableArray<int> lines)
    {
        LiveNodes live = LiveNodes.Of(_nodes, [result]);
        lines = live.Choose(_lines);
        return new IrFunction(live.Nodes, live.PositionOf(result));
    }

    /// <summary>The body of a fold that gives <paramref name="results"/>.</summary>
    public IrRegion ToRegion(IReadOnlyList<int> results)
    {
        LiveNodes live = LiveNodes.Of(_nodes, results);
        return new IrRegion(live.Nodes, new(results.Select(live.PositionOf)));
    }

    private int Share(IrNode node)
    {
        if (_positions.TryGetValue(node, out int position))
            return position;
        position = _nodes.Count;
        _nodes.Add(node);
        _lines.Add(Line);
        _positions.Add(node, position);
        return position;
    }
}
