using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>The states in which control jumps to the end of a loop, of an iteration or of a switch.</summary>
internal sealed class Jumps
{
    private readonly Dictionary<ISymbol, List<FlowState>> _states = new(SymbolEqualityComparer.Default);

    /// <summary>Ends the current path by a jump to a label.</summary>
    public void Take(ILabelSymbol label, LoweringContext context)
    {
        if (context.IsUnreachable)
            return;
        if (!_states.TryGetValue(label, out List<FlowState>? states))
            _states.Add(label, states = []);
        states.Add(context.State);
        context.Statements.Leave();
    }

    /// <summary>Joins every jump to a label into the current state, and forgets them.</summary>
    /// <returns>The condition under which some jump was taken.</returns>
    public int Land(ILabelSymbol label, LoweringContext context, IOperation source)
    {
        int jumped = context.Ir.Bool(false);
        if (!_states.TryGetValue(label, out List<FlowState>? states))
            return jumped;
        _states.Remove(label);
        foreach (FlowState state in states)
        {
            context.State = context.Flow.Join(state.Path, state, context.State, source);
            jumped = context.Ir.Or(jumped, state.Path);
        }

        return jumped;
    }
}
