using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>Values that a fold carries: tuples are carried element by element.</summary>
internal sealed class CarriedValues
{
    private readonly LoweringContext _context;
    private readonly Value[] _initial;
    private readonly IOperation _source;

    public CarriedValues(LoweringContext context, Value[] initial, IOperation source)
    {
        (_context, _initial, _source) = (context, initial, source);
        Initial = Flatten(initial);
        Types = [.. Initial.Select(context.Ir.TypeOf)];
    }

    /// <summary>The values before the first iteration, as nodes of the region around the fold.</summary>
    public int[] Initial { get; }

    public IReadOnlyList<IrType> Types { get; }

    /// <summary>Values of the same shapes, made of new nodes of the current region.</summary>
    public Value[] Rebuild(Func<IrType, int, int> node)
    {
        int next = 0;
        return [.. _initial.Select(value => Rebuild(value, node, ref next))];
    }

    /// <summary>The numbers and bools that values consist of, as nodes of the current region.</summary>
    public int[] Flatten(IEnumerable<Value> values) => [.. values.SelectMany(Flatten)];

    private Value Rebuild(Value value, Func<IrType, int, int> node, ref int next)
    {
        if (value is not TupleValue tuple)
            return value is ScalarValue ? _context.Scalar(node(Types[next], next++)) : value;
        var elements = new Value[tuple.Elements.Length];
        for (int i = 0; i < elements.Length; i++)
            elements[i] = Rebuild(tuple.Elements[i], node, ref next);
        return new TupleValue([.. elements]);
    }

    private int[] Flatten(Value value) => value switch
    {
        TupleValue tuple => Flatten(tuple.Elements),
        ScalarValue scalar => [_context.Region.NodeOf(scalar)],
        _ => throw _context.Unsupported(_source, "a loop that reassigns a buffer", "Choose between the elements"),
    };
}
