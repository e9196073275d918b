using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>
/// Writes the statements of a function or a loop's body. A value that is used once stands where it is used; one that is
/// used more often, or is long, gets a name.
/// </summary>
internal sealed partial class BodyWriter
{
    private const int LongestInline = 60;

    private readonly UnitContext _unit;
    private readonly LocalNames _names;
    private readonly EquatableArray<IrNode> _nodes;
    private readonly IReadOnlyList<Precision> _precision;
    private readonly EquatableArray<Origin> _origins;
    private readonly Dictionary<int, CudaExpression> _expressions = [];
    private readonly bool[] _isFusible;

    public BodyWriter(UnitContext unit, LocalNames names, KernelGraph graph, IReadOnlyList<Precision> precision)
        : this(unit, names, graph.Nodes, graph.Origins, precision)
    {
    }

    private BodyWriter(
        UnitContext unit,
        LocalNames names,
        EquatableArray<IrNode> nodes,
        EquatableArray<Origin> origins,
        IReadOnlyList<Precision> precision)
    {
        _unit = unit;
        _names = names;
        _nodes = nodes;
        _origins = origins;
        _precision = precision;
        _isFusible = FusibleProducts(nodes);
    }

    /// <summary>Whether to report every captured access instead of only computing values.</summary>
    public bool ReportsLoads { get; init; }

    /// <summary>What can be written in terms of the key's two parts, where the key may have them; null: it is an int.</summary>
    public KeyForms? Keys { get; init; }

    /// <summary>The products of keys of which the part that a tile's keys share is left out.</summary>
    public IReadOnlyCollection<int> WithoutBase { get; init; } = [];

    /// <summary>The text of a value that has been written, or that was known beforehand.</summary>
    public CudaExpression this[int node]
    {
        get => _expressions[node];
        set => _expressions[node] = value;
    }

    /// <summary>Writes what has to stand before the results can be spelt.</summary>
    public void Write(IReadOnlyCollection<int> results)
    {
        int[] uses = CountUses(results);
        for (int i = 0; i < uses.Length; i++)
        {
            if (ReportsLoads && _nodes[i] is LoadNode load)
                WriteReport(i, load);
            if (uses[i] > 0 && !_expressions.ContainsKey(i))
                Write(i, uses[i], isResult: results.Contains(i));
        }
    }

    /// <summary>Announces the C# line of a statement about a node.</summary>
    public void EnterLine(int node) => _unit.Lines.Enter(_origins.Count > node ? _origins[node] : default);

    private void Write(int i, int uses, bool isResult)
    {
        if (_nodes[i] is FoldNode fold)
        {
            WriteFold(i, fold);
            return;
        }

        CudaExpression expression = Spell(i);
        bool isName = _nodes[i] is not (OperationNode or LoadNode);
        bool isShort = isResult || expression.Text.Length <= LongestInline;
        _expressions[i] = isName || (uses == 1 && isShort) ? expression : Named(i, expression);
    }

    private CudaExpression Named(int node, CudaExpression expression)
    {
        string name = _names.NextValue();
        EnterLine(node);
        string type = Keys?.IsKey(node) == true ? "auto" : CudaTypes.Of(_nodes[node].Type);
        _unit.Writer.WriteLine($"const {type} {name} = {expression};");
        return CudaExpression.Primary(name);
    }

    private CudaExpression Spell(int i) => _nodes[i] switch
    {
        ConstantNode constant => CudaLiterals.Of(constant),
        IndexNode index => CudaExpression.Primary(NameOf(index.Index)),
        ScoreNode => CudaExpression.Primary("score"),
        DotNode => CudaExpression.Primary("dot"),
        ScaleNode => CudaExpression.Primary("scale"),
        ScalarNode { Type: IrType.Bool } scalar => new($"{_unit.Captures[scalar.Capture]} != 0", Precedence.Equality, true),
        ScalarNode scalar => CudaExpression.Primary(_unit.Captures[scalar.Capture]),
        ExtentNode extent => CudaExpression.Primary($"{_unit.Captures[extent.Capture]}.extent[{extent.Dimension}]"),
        LoadNode load => new($"{_unit.Captures[load.Capture]}({Arguments(load)})", Precedence.Primary, IsCheap: false),
        OperationNode operation => Spell(i, operation),
        _ => throw new ArgumentOutOfRangeException(nameof(i), _nodes[i], "Known before it is spelt."),
    };

    private CudaExpression Spell(int i, OperationNode operation)
    {
        if (Keys?.ScaledKey(i) is var (coefficient, key))
        {
            return WithoutBase.Contains(i)
                ? CudaOperations.ScaledOffset(_expressions[coefficient], _expressions[key])
                : CudaOperations.Scaled(_expressions[coefficient], _expressions[key]);
        }

        CudaExpression[] arguments = [.. operation.Arguments.Select((argument, position) => Operand(i, argument, position))];
        if (_precision[i] == Precision.Exact && _isFusible[i])
            return CudaOperations.Unfused(operation, arguments);
        IrType operand = _nodes[operation.Arguments[0]].Type;
        return CudaOperations.Of(operation, operand, arguments, _precision[i], IsIndexDifference(operation));
    }

    private CudaExpression Operand(int operation, int argument, int position) =>
        Keys?.TakesKey(operation, position) == true ? _expressions[argument] : AsNumber(argument);

    /// <summary>A value as a number of its own type, whatever form it is held in.</summary>
    private CudaExpression AsNumber(int node) =>
        Keys?.IsKey(node) == true ? CudaOperations.ToInt(_expressions[node]) : _expressions[node];

    /// <summary>Indices are not negative, so that their difference is in range.</summary>
    private bool IsIndexDifference(OperationNode operation) =>
        operation.Op == IrOp.Subtract && operation.Arguments.All(argument => _nodes[argument] is IndexNode);

    private string Arguments(LoadNode load) => string.Join(", ", load.Indices.Select(index => _expressions[index].Text));

    private static string NameOf(IrIndex index) => index switch
    {
        IrIndex.Batch => "b",
        IrIndex.Head => "h",
        IrIndex.Query => "q",
        IrIndex.Key => "kv",
        _ => throw new ArgumentOutOfRangeException(nameof(index), index, "An unknown index."),
    };

    /// <summary>How often each node is used by what has to be written. What is known is not looked into.</summary>
    private int[] CountUses(IReadOnlyCollection<int> results)
    {
        var uses = new int[_nodes.Count];
        foreach (int result in results)
            uses[result]++;
        for (int i = uses.Length - 1; i >= 0; i--)
        {
            if (uses[i] == 0 || _expressions.ContainsKey(i))
                continue;
            foreach (int operand in ValueOperands(i))
                uses[operand]++;
        }

        return uses;
    }

    private IEnumerable<int> ValueOperands(int node) =>
        Keys?.ScaledKey(node) is var (coefficient, key) ? [coefficient, key] : _nodes[node].ValueOperands();

    /// <summary>Products that the compiler could fuse with the sum they go into.</summary>
    private static bool[] FusibleProducts(EquatableArray<IrNode> nodes)
    {
        var isFusible = new bool[nodes.Count];
        foreach (IrNode node in nodes)
        {
            if (node is not OperationNode { Op: IrOp.Add or IrOp.Subtract or IrOp.Negate } sum || !sum.Type.IsFloat())
                continue;
            foreach (int argument in sum.Arguments)
                isFusible[argument] = nodes[argument] is OperationNode { Op: IrOp.Multiply };
        }

        return isFusible;
    }
}
