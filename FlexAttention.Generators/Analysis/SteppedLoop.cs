using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Analysis;

/// <summary>A loop in which what one access reads in one iteration is moved by a step, with its derivative by the step.</summary>
internal sealed class SteppedLoop
{
    private readonly IrBuilder _builder;
    private readonly FoldNode _fold;
    private readonly LoadNode _load;
    private readonly int[] _parameters;
    private readonly int _iteration;
    private readonly List<int> _carriedIndices;
    private readonly TangentFold _tangents;

    /// <summary>Adds the loop to a graph whose first parameter is the iteration.</summary>
    /// <param name="builder">The graph.</param>
    /// <param name="fold">The loop as it was.</param>
    /// <param name="access">The position of the access in its body.</param>
    /// <param name="arguments">The nodes of the loop's arguments.</param>
    public SteppedLoop(IrBuilder builder, FoldNode fold, int access, int[] arguments)
    {
        (_builder, _fold, _parameters) = (builder, fold, arguments);
        _load = (LoadNode)fold.Body.Nodes[access];
        _iteration = builder.Parameter(IrType.Int32, 0);
        bool[] followsIteration = FollowsIteration();
        _carriedIndices = [.. _load.Indices.Distinct().Where(index => !followsIteration[index])];
        FoldNode stepped = WithStep(access);
        var tangents = new Monomial?[stepped.Arguments.Count];
        tangents[tangents.Length - 1] = Monomial.One;
        _tangents = TangentFold.Create(builder, stepped, input: null, tangents);
    }

    /// <summary>The derivative of a result by the step, or null if it is zero.</summary>
    public Monomial? DerivativeOf(int result) =>
        _tangents.TangentOf(_builder, _builder.TypeOf(_parameters[2 + result]), result);

    /// <summary>The nodes of the indices of the access.</summary>
    public IEnumerable<int> Indices()
    {
        var copies = new Dictionary<int, int>();
        return [.. _load.Indices.Select(Index)];

        int Index(int index)
        {
            int carried = _carriedIndices.IndexOf(index);
            return carried >= 0 ? _builder.FoldResult(IrType.Int32, _tangents.Node, _fold.CarriedCount + carried) : Copy(index);
        }

        int Copy(int node)
        {
            if (!copies.TryGetValue(node, out int copy))
                copies[node] = copy = _fold.Body.Nodes[node] is RegionParameterNode { Parameter: var parameter }
                    ? Parameter(parameter)
                    : _builder.Append(_fold.Body.Nodes[node].MapOperands(Copy));
            return copy;
        }
    }

    /// <summary>Whether each node of the body is known from the iteration alone, without what earlier ones carry.</summary>
    private bool[] FollowsIteration()
    {
        var follows = new bool[_fold.Body.Nodes.Count];
        for (int i = 0; i < follows.Length; i++)
        {
            follows[i] = _fold.Body.Nodes[i] switch
            {
                RegionParameterNode parameter => parameter.Parameter == 0 || parameter.Parameter > _fold.CarriedCount,
                var node => node.Operands().All(operand => follows[operand]),
            };
        }

        return follows;
    }

    private int Parameter(int parameter) => parameter == 0 ? _iteration : _parameters[parameter + 1];

    /// <summary>
    /// The loop that carries, beside what it carried, the indices of the access in the iteration; the iteration and the step are its
    /// last arguments.
    /// </summary>
    private FoldNode WithStep(int access)
    {
        int carried = 2 + _fold.CarriedCount;
        IEnumerable<int> arguments = _parameters.Take(carried)
            .Concat(_carriedIndices.Select(_ => _builder.Int32(0)))
            .Concat(_parameters.Skip(carried))
            .Append(_iteration)
            .Append(_builder.Zero(_load.Type));
        return new FoldNode(_fold.Step, _fold.CarriedCount + _carriedIndices.Count, new(arguments), BodyWithStep(access));
    }

    private IrRegion BodyWithStep(int access)
    {
        var body = new IrBuilder();
        int last = _fold.Arguments.Count - 1 + _carriedIndices.Count;
        int isMoved = body.Operation(IrOp.Equal, body.Parameter(IrType.Int32, 0), body.Parameter(IrType.Int32, last));
        var copies = new int[_fold.Body.Nodes.Count];
        for (int i = 0; i < copies.Length; i++)
        {
            copies[i] = body.Append(Moved(_fold.Body.Nodes[i].MapOperands(operand => copies[operand])));
            if (i == access)
                copies[i] = body.Operation(IrOp.Add, copies[i], body.Select(isMoved, body.Parameter(_load.Type, last + 1), body.Zero(_load.Type)));
        }

        IEnumerable<int> indices = _carriedIndices.Select((index, i) =>
            body.Select(isMoved, copies[index], body.Parameter(IrType.Int32, 1 + _fold.CarriedCount + i)));
        return body.ToRegion([.. _fold.Body.Results.Select(result => copies[result]), .. indices]);
    }

    /// <summary>Captured values come behind the indices that are carried.</summary>
    private IrNode Moved(IrNode node) =>
        node is RegionParameterNode parameter && parameter.Parameter > _fold.CarriedCount
            ? parameter with { Parameter = parameter.Parameter + _carriedIndices.Count }
            : node;
}
