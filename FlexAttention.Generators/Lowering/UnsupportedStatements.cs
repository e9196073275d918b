using FlexAttention.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

/// <summary>What to write instead of each statement that no kernel can run.</summary>
internal static class UnsupportedStatements
{
    public static LoweringStopped Stop(LoweringContext context, IOperation statement)
    {
        if (statement.Kind == OperationKind.Invalid)
            return new LoweringStopped();
        (string what, string instead) = Describe(statement);
        Location location = statement.Syntax.GetFirstToken().GetLocation();
        return context.Stop(Rules.UnsupportedStatement, location, what, instead);
    }

    private static (string What, string Instead) Describe(IOperation statement) => statement switch
    {
        IThrowOperation => ("'throw'", "Return a value, such as float.NegativeInfinity, or check the arguments before the call"),
        ITryOperation => ("'try'", "Remove it, since nothing in a kernel throws"),
        IForEachLoopOperation => ("'foreach'", "Write 'for (int i = 0; i < buffer.Length; i++)'"),
        IBranchOperation => ("'goto'", "Use 'if', a loop, 'break' or 'continue'"),
        ILabeledOperation => ("a label", "Use 'if', a loop, 'break' or 'continue'"),
        ILockOperation => ("'lock'", "Remove it, since a variant shares no state"),
        IUsingOperation or IUsingDeclarationOperation => ("'using'", "Remove it, since a kernel owns no resources"),
        IReturnOperation => ("'yield'", "Return one value"),
        _ => ($"'{statement.Syntax.GetFirstToken()}'", "Use locals, assignments, 'if', 'switch', 'for' and 'return'"),
    };
}
