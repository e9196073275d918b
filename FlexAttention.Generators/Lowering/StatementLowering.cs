using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers statements. Control flow becomes path conditions and selects.</summary>
internal sealed class StatementLowering(LoweringContext context)
{
    private readonly LoopLowering _loops = new(context);
    private readonly SwitchLowering _switches = new(context);

    public void LowerAll(IEnumerable<IOperation> statements)
    {
        foreach (IOperation statement in statements)
            context.Attempt(() => Lower(statement));
    }

    public void Lower(IOperation statement)
    {
        if (context.IsUnreachable)
            return;
        context.Enter(statement);
        switch (statement)
        {
            case IBlockOperation block:
                LowerAll(block.Operations);
                break;
            case IVariableDeclarationGroupOperation group:
                Declare(group);
                break;
            case IExpressionStatementOperation expression:
                LowerExpression(expression.Operation);
                break;
            case IConditionalOperation conditional:
                If(conditional);
                break;
            case IReturnOperation { Kind: OperationKind.Return } returned:
                Return(returned.ReturnedValue);
                break;
            case ISwitchOperation switchStatement:
                _switches.Lower(switchStatement);
                break;
            case IForLoopOperation or IWhileLoopOperation:
                _loops.Lower((ILoopOperation)statement);
                break;
            case IBranchOperation { BranchKind: BranchKind.Break or BranchKind.Continue } branch:
                context.Jumps.Take(branch.Target, context);
                break;
            case IEmptyOperation or ILocalFunctionOperation:
                break;
            default:
                throw UnsupportedStatements.Stop(context, statement);
        }
    }

    /// <summary>Ends the current path.</summary>
    public void Leave() => context.State = context.State with { Path = context.Ir.Bool(false) };

    public void Declare(IVariableDeclarationGroupOperation group)
    {
        foreach (IVariableDeclarationOperation declaration in group.Declarations)
        {
            foreach (IVariableDeclaratorOperation declarator in declaration.Declarators)
                Declare(declarator, declarator.Initializer ?? declaration.Initializer);
        }
    }

    private void Declare(IVariableDeclaratorOperation declarator, IVariableInitializerOperation? initializer)
    {
        ILocalSymbol local = declarator.Symbol;
        if (local.IsRef && local.RefKind != RefKind.RefReadOnly)
            throw context.Stop(Rules.SideEffect, declarator, $"'{local.Name}' is a reference that can be written to");
        // A variable without a value is definitely assigned before it is read, so any start will do.
        Value value = initializer is null
            ? context.Expressions.Default(local.Type, declarator)
            : context.Expressions.Lower(initializer.Value);
        context.State = context.State.With(local, value);
    }

    /// <summary>A call or an assignment whose value is not used.</summary>
    private void LowerExpression(IOperation expression) => context.Expressions.Lower(expression);

    private void If(IConditionalOperation conditional)
    {
        int condition = context.Expressions.LowerScalar(conditional.Condition);
        context.Flow.Fork(
            condition,
            conditional,
            () => Lower(conditional.WhenTrue),
            () =>
            {
                if (conditional.WhenFalse is { } whenFalse)
                    Lower(whenFalse);
            });
    }

    private void Return(IOperation? returned)
    {
        Value? value = returned is null ? null : context.Expressions.Lower(returned);
        context.Frame.Returns.Add(new Exit(context.State, value));
        Leave();
    }
}
