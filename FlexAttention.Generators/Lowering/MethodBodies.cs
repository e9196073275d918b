using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>Finds the statements of a method, in whichever file it is written.</summary>
internal static class MethodBodies
{
    /// <summary>The statements of a method, or null if it has none in source.</summary>
    public static IReadOnlyList<IOperation>? Of(IMethodSymbol method, LoweringContext context)
    {
        foreach (SyntaxReference reference in method.DeclaringSyntaxReferences)
        {
            SyntaxNode declaration = reference.GetSyntax(context.Token);
            SemanticModel model = context.Compilation.GetSemanticModel(declaration.SyntaxTree);
            if (Block(model.GetOperation(declaration, context.Token)) is not { } block)
                continue;
            context.Bodies.Add(reference);
            return block.Operations;
        }

        return null;
    }

    private static IBlockOperation? Block(IOperation? operation) => operation switch
    {
        IMethodBodyOperation method => method.BlockBody ?? method.ExpressionBody,
        ILocalFunctionOperation function => function.Body,
        IBlockOperation block => block,
        _ => null,
    };
}
