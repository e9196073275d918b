using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>
/// Lowers a counted loop to a fold. What the loop assigns to is carried. A loop that may be left early carries as well
/// whether it was left, and with what value; its remaining iterations then change nothing.
/// </summary>
internal sealed class FoldLowering
{
    private readonly LoweringContext _context;
    private readonly LoopSyntax _syntax;
    private readonly CountedLoop _loop;
    private readonly FlowState _entry;
    private readonly ISymbol[] _variables;
    private readonly bool _mayReturn;
    private readonly bool _mayStop;
    private readonly bool _hasValue;
    private readonly CarriedValues _carried;

    public FoldLowering(LoweringContext context, LoopSyntax syntax, CountedLoop loop, AssignedVariables assigned)
    {
        (_context, _syntax, _loop, _entry) = (context, syntax, loop, context.State);
        _variables = [.. assigned.Symbols.Where(variable => Outlives(variable) && !assigned.IsOfCallee(variable))];
        _mayReturn = LoopExits.MayReturn(syntax.Loop);
        _mayStop = _mayReturn || loop.Others.Count > 0 || LoopExits.MayBreak(syntax.Loop);
        _hasValue = _mayReturn && !context.Frame.Method.ReturnsVoid;
        _carried = new CarriedValues(context, InitialValues(), syntax.Loop);
    }

    /// <summary>Adds the fold, and leaves the state as it is after the loop.</summary>
    /// <param name="start">The counter's first value.</param>
    /// <param name="end">The first value that it does not take.</param>
    public void Lower(int start, int end)
    {
        (RegionScope outer, ScalarValue outerGuard, List<Exit> returns) = (_context.Region, _context.OuterGuard, _context.Frame.Returns);
        var body = new RegionScope(outer, _carried.Initial.Length);
        (_context.OuterGuard, _context.Region, _context.Frame.Returns) = (_context.Scalar(_context.Guard), body, []);
        IrRegion region = body.Ir.ToRegion(LowerBody());
        (_context.OuterGuard, _context.Region, _context.Frame.Returns) = (outerGuard, outer, returns);
        int fold = _context.Ir.Fold(_loop.Step, _carried.Initial.Length, [start, end, .. _carried.Initial, .. body.Passed], region);
        Continue(_carried.Rebuild((type, i) => _context.Ir.FoldResult(type, fold, i)));
    }

    private IrBuilder Ir => _context.Ir;

    // The carried values are the variables, then (if there are such) whether the loop was left, whether by a return, and
    // the value that it returned.
    private int StoppedAt => _variables.Length;

    private int ReturnedAt => _variables.Length + 1;

    private int ValueAt => _variables.Length + 2;

    private Value[] InitialValues()
    {
        List<Value> values = [.. _variables.Select(variable => _entry.Variables[variable])];
        if (_mayStop)
            values.Add(_context.Scalar(Ir.Bool(false)));
        if (_mayReturn)
            values.Add(_context.Scalar(Ir.Bool(false)));
        if (_hasValue)
            values.Add(_context.Expressions.Default(_context.Frame.Method.ReturnType, _syntax.Loop));
        return [.. values];
    }

    private int[] LowerBody()
    {
        Value[] before = _carried.Rebuild((type, i) => Ir.Parameter(type, i + 1));
        int path = _mayStop ? Ir.Not(NodeOf(before[StoppedAt])) : Ir.Bool(true);
        _context.State = _entry with { Path = path };
        for (int i = 0; i < _variables.Length; i++)
            _context.State = _context.State.With(_variables[i], before[i]);
        int counter = Ir.Parameter(IrType.Int32, 0);
        _context.State = _context.State.With(_loop.Counter, _context.Scalar(counter));

        LowerIteration(counter);
        int stops = _context.Jumps.Land(_syntax.Loop.ExitLabel, _context, _syntax.Loop);
        foreach (Exit exit in _context.Frame.Returns)
            _context.State = _context.Flow.Join(exit.Path, exit.State, _context.State, _syntax.Loop);
        return _carried.Flatten(After(before, path, stops));
    }

    private void LowerIteration(int counter)
    {
        foreach (IOperation condition in _loop.Others)
            LoopExits.Test(_context, _syntax.Loop, _context.Expressions.LowerScalar(condition));
        _context.Statements.LowerAll(_syntax.Body);
        _context.Jumps.Land(_syntax.Loop.ContinueLabel, _context, _syntax.Loop);
        // In order: what comes after the step reads the next counter.
        foreach (IOperation statement in _syntax.AtBottom)
        {
            if (statement == _loop.StepStatement)
                Count(counter);
            else
                _context.Statements.LowerAll([statement]);
        }
    }

    private void Count(int counter)
    {
        int next = Ir.Operation(IrOp.Add, counter, Ir.Int32(_loop.Step));
        _context.State = _context.State.With(_loop.Counter, _context.Scalar(next));
    }

    /// <summary>The carried values after an iteration that began on <paramref name="path"/> and stops if <paramref name="stops"/>.</summary>
    private List<Value> After(Value[] before, int path, int stops)
    {
        List<Value> after = [.. _variables.Select((variable, i) =>
            _context.Flow.Select(path, _context.State.Variables[variable], before[i], _syntax.Loop))];
        if (!_mayStop)
            return after;
        int returns = _context.Frame.Returns.Aggregate(Ir.Bool(false), (any, exit) => Ir.Or(any, exit.Path));
        after.Add(_context.Scalar(Ir.Or(NodeOf(before[StoppedAt]), Ir.Or(stops, returns))));
        if (_mayReturn)
            after.Add(_context.Scalar(Ir.Or(NodeOf(before[ReturnedAt]), returns)));
        if (_hasValue)
        {
            after.Add(_context.Frame.Returns.Aggregate(
                before[ValueAt], (value, exit) => _context.Flow.Select(exit.Path, exit.Value!, value, _syntax.Loop)));
        }

        return after;
    }

    /// <summary>The state after the loop, and the return that the loop may have made.</summary>
    private void Continue(Value[] results)
    {
        _context.State = _entry;
        for (int i = 0; i < _variables.Length; i++)
            _context.State = _context.State.With(_variables[i], results[i]);
        if (!_mayReturn)
            return;
        int returned = NodeOf(results[ReturnedAt]);
        FlowState state = _context.State;
        FlowState leaves = state with { Path = Ir.And(state.Path, returned) };
        _context.Frame.Returns.Add(new Exit(leaves, _hasValue ? results[ValueAt] : null));
        _context.State = state with { Path = Ir.And(state.Path, Ir.Not(returned)) };
    }

    private int NodeOf(Value value) => _context.NodeOf(value, _syntax.Loop);

    /// <summary>
    /// Whether a variable has a value from one iteration to the next. One of the <c>for</c> header has, but the counter that
    /// it declares is the fold's own.
    /// </summary>
    private bool Outlives(ISymbol variable)
    {
        bool isCounter = SymbolEqualityComparer.Default.Equals(variable, _loop.Counter);
        SyntaxNode inside = isCounter ? _syntax.Loop.Syntax : _syntax.Loop.Body.Syntax;
        return !IsDeclaredIn(inside, variable) && _entry.Variables.ContainsKey(variable);
    }

    private static bool IsDeclaredIn(SyntaxNode code, ISymbol variable) =>
        variable.DeclaringSyntaxReferences.Any(
            declaration => declaration.SyntaxTree == code.SyntaxTree && code.FullSpan.Contains(declaration.Span));
}
