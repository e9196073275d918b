using System.Collections.Immutable;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>Branches the state of a method and joins it again: a variable becomes a select of what either branch left in it.</summary>
internal sealed class FlowMerger(LoweringContext context)
{
    /// <summary>Lowers two branches, each under its condition; a branch that a constant rules out is not lowered.</summary>
    public void Fork(int condition, IOperation source, Action whenTrue, Action whenFalse)
    {
        if (context.Ir.ConstantAt(condition) is { } constant)
        {
            (constant.IsTrue() ? whenTrue : whenFalse)();
            return;
        }

        FlowState entry = context.State;
        int truePath = context.Ir.And(entry.Path, condition);
        FlowState left = Branch(entry, truePath, whenTrue);
        int falsePath = context.Ir.And(entry.Path, context.Ir.Not(condition));
        FlowState right = Branch(entry, falsePath, whenFalse);
        FlowState joined = Join(condition, left, right, source);
        bool bothStay = left.Path == truePath && right.Path == falsePath;
        context.State = bothStay ? joined with { Path = entry.Path } : joined;
    }

    /// <summary>Lowers two branches that have a value, and chooses between the values.</summary>
    public Value Choose(int condition, IOperation source, Func<Value> whenTrue, Func<Value> whenFalse)
    {
        Value? left = null;
        Value? right = null;
        Fork(condition, source, () => left = whenTrue(), () => right = whenFalse());
        return left is null ? right! : right is null ? left : Select(condition, left, right, source);
    }

    /// <summary>The state where two branches meet; <paramref name="condition"/> holds where control came by the left one.</summary>
    public FlowState Join(int condition, FlowState left, FlowState right, IOperation source)
    {
        if (context.Ir.IsConstant(left.Path, false))
            return right;
        if (context.Ir.IsConstant(right.Path, false))
            return left;
        ImmutableDictionary<ISymbol, Value>.Builder variables = left.Variables.ToBuilder();
        foreach (KeyValuePair<ISymbol, Value> variable in right.Variables)
        {
            // What only one branch declares is read only where that branch ran.
            if (!left.Variables.TryGetValue(variable.Key, out Value? value))
                variables.Add(variable.Key, variable.Value);
            else if (!Equals(value, variable.Value))
                variables[variable.Key] = Select(condition, value, variable.Value, source);
        }

        return new FlowState(variables.ToImmutable(), context.Ir.Or(left.Path, right.Path));
    }

    /// <summary>A value chosen by a condition, part by part.</summary>
    public Value Select(int condition, Value left, Value right, IOperation source) => (left, right) switch
    {
        (ScalarValue x, ScalarValue y) =>
            context.Scalar(context.Ir.Select(condition, context.Region.NodeOf(x), context.Region.NodeOf(y))),
        (TupleValue x, TupleValue y) =>
            new TupleValue([.. x.Elements.Zip(y.Elements, (a, b) => Select(condition, a, b, source))]),
        (BufferValue x, BufferValue y) when x == y => x,
        _ => throw context.Unsupported(source, "a choice between buffers", "Choose between their elements"),
    };

    private FlowState Branch(FlowState entry, int path, Action lower)
    {
        context.State = entry with { Path = path };
        lower();
        return context.State;
    }
}
