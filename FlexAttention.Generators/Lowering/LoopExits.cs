using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>The ways out of a loop.</summary>
internal static class LoopExits
{
    /// <summary>Leaves a loop on the path on which its condition fails.</summary>
    public static void Test(LoweringContext context, ILoopOperation loop, int condition)
    {
        FlowState state = context.State;
        context.State = state with { Path = context.Ir.And(state.Path, context.Ir.Not(condition)) };
        context.Jumps.Take(loop.ExitLabel, context);
        context.State = state with { Path = context.Ir.And(state.Path, condition) };
    }

    public static bool MayBreak(ILoopOperation loop) =>
        Inside(loop.Body).OfType<IBranchOperation>()
            .Any(branch => SymbolEqualityComparer.Default.Equals(branch.Target, loop.ExitLabel));

    public static bool MayReturn(ILoopOperation loop) => Inside(loop.Body).Any(operation => operation.Kind == OperationKind.Return);

    /// <summary>The operations of a loop's body without those of the functions that are declared in it.</summary>
    private static IEnumerable<IOperation> Inside(IOperation operation) =>
        operation is ILocalFunctionOperation or IAnonymousFunctionOperation
            ? []
            : operation.ChildOperations.SelectMany(Inside).Prepend(operation);
}
