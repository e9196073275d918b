using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>The locals and parameters that a piece of code may assign to, also by the local functions it calls.</summary>
internal sealed class AssignedVariables
{
    private readonly LoweringContext _context;
    private readonly HashSet<ISymbol> _calls = new(SymbolEqualityComparer.Default);
    private readonly Dictionary<ISymbol, int> _counts = new(SymbolEqualityComparer.Default);

    private AssignedVariables(LoweringContext context) => _context = context;

    public IEnumerable<ISymbol> Symbols => _counts.Keys;

    /// <summary>What a loop assigns to after it has begun.</summary>
    public static AssignedVariables Of(LoopSyntax loop, LoweringContext context)
    {
        var variables = new AssignedVariables(context);
        foreach (IOperation part in loop.Body.Concat(loop.AtBottom).Concat(loop.Condition is null ? [] : [loop.Condition]))
            variables.Visit(part);
        return variables;
    }

    /// <summary>Whether a variable belongs to a local function that the code calls, and does not outlive the call.</summary>
    public bool IsOfCallee(ISymbol variable) => _calls.Contains(variable.ContainingSymbol);

    /// <summary>How many assignments to a variable the code contains.</summary>
    public int Count(ISymbol variable) => _counts.TryGetValue(variable, out int count) ? count : 0;

    private void Visit(IOperation code)
    {
        foreach (IOperation operation in code.DescendantsAndSelf())
        {
            switch (operation)
            {
                case IAssignmentOperation assignment:
                    Add(assignment.Target);
                    break;
                case IIncrementOrDecrementOperation increment:
                    Add(increment.Target);
                    break;
                case IInvocationOperation { TargetMethod: { MethodKind: MethodKind.LocalFunction } function }:
                    VisitFunction(function.OriginalDefinition);
                    break;
            }
        }
    }

    private void VisitFunction(IMethodSymbol function)
    {
        if (!_calls.Add(function))
            return;
        foreach (IOperation statement in MethodBodies.Of(function, _context) ?? [])
            Visit(statement);
    }

    private void Add(IOperation target)
    {
        switch (target)
        {
            case ILocalReferenceOperation local:
                _counts[local.Local] = Count(local.Local) + 1;
                break;
            case IParameterReferenceOperation parameter:
                _counts[parameter.Parameter] = Count(parameter.Parameter) + 1;
                break;
            case IFieldReferenceOperation { Instance: { } tuple }:
                Add(tuple);
                break;
            case IDeclarationExpressionOperation declaration:
                Add(declaration.Expression);
                break;
            case ITupleOperation tuple:
                foreach (IOperation element in tuple.Elements)
                    Add(element);
                break;
        }
    }
}
