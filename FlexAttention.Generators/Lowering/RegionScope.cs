using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Lowering;

/// <summary>
/// The graph that is being built: a function's, or a loop body's inside another region. A body sees its parameters and
/// the captures only, so a value of an enclosing region becomes a parameter of the body when it is first used.
/// </summary>
internal sealed class RegionScope(RegionScope? parent, int carriedCount)
{
    private readonly Dictionary<int, int> _parameters = [];
    private readonly List<int> _passed = [];

    public IrBuilder Ir { get; } = new();

    /// <summary>The nodes of the enclosing region that are passed to this one, in the order of their parameters.</summary>
    public IReadOnlyList<int> Passed => _passed;

    /// <summary>The node of this region that holds a value.</summary>
    public int NodeOf(ScalarValue value) => Import(value.Home, value.Node);

    private int Import(RegionScope home, int node)
    {
        if (home == this)
            return node;
        if (parent is null)
            throw new InvalidOperationException("A value was used outside the loop it was computed in.");
        return Adopt(parent, parent.Import(home, node));
    }

    private int Adopt(RegionScope enclosing, int node)
    {
        if (_parameters.TryGetValue(node, out int parameter))
            return parameter;
        parameter = enclosing.Ir[node] is var origin && origin is ConstantNode or ScalarNode or ExtentNode
            ? Ir.Append(origin)
            : Pass(origin.Type, node);
        _parameters.Add(node, parameter);
        return parameter;
    }

    private int Pass(IrType type, int node)
    {
        _passed.Add(node);
        return Ir.Parameter(type, carriedCount + _passed.Count);
    }
}
