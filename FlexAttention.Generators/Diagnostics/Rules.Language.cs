using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Diagnostics;

/// <summary>FLEX0100 to FLEX0199: what the body of a variant may say.</summary>
internal static partial class Rules
{
    public static readonly DiagnosticDescriptor Recursion = new(
        "FLEX0100",
        "A variant must not be recursive",
        "Replace the call of '{0}' by a loop with a bound: '{0}' calls itself, and calls are inlined into the kernel",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0100.md");

    public static readonly DiagnosticDescriptor SideEffect = new(
        "FLEX0101",
        "A variant must not have side effects",
        "Assign to a local variable and return the result: {0}, and a kernel evaluates a variant any number of times, in any order",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0101.md");

    public static readonly DiagnosticDescriptor UnsupportedType = new(
        "FLEX0102",
        "The type is not supported in a variant",
        "Use int, uint, long, ulong, a smaller integer, float, double, bool, an enum or a tuple of these: a kernel cannot hold '{0}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0102.md");

    public static readonly DiagnosticDescriptor UnsupportedCall = new(
        "FLEX0103",
        "The call is not supported in a variant",
        "{1}: '{0}' cannot be compiled into a kernel",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0103.md");

    public static readonly DiagnosticDescriptor UnsupportedStatement = new(
        "FLEX0104",
        "The statement is not supported in a variant",
        "{1}: {0} cannot be compiled into a kernel",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0104.md");

    public static readonly DiagnosticDescriptor UnsupportedExpression = new(
        "FLEX0105",
        "The expression is not supported in a variant",
        "{1}: {0} cannot be compiled into a kernel",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0105.md");

    public static readonly DiagnosticDescriptor UnboundedLoop = new(
        "FLEX0106",
        "A loop in a variant must have a bound",
        "Write 'for (int i = start; i < end; i++)' with an 'end' that the loop does not change, and leave it early with 'break': {0}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0106.md");

    public static readonly DiagnosticDescriptor IndexOutOfRange = new(
        "FLEX0107",
        "The index is out of range",
        "Use an index from 0 on, or from ^1 on back: '{0}' has no element {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0107.md");

    public static readonly DiagnosticDescriptor MutableState = new(
        "FLEX0108",
        "A variant must not read state that is not constant",
        "Declare '{0}' const, or pass it as a parameter: a kernel is compiled once and sees no later change of it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0108.md");

    public static readonly DiagnosticDescriptor CheckedArithmetic = new(
        "FLEX0109",
        "Checked arithmetic is not supported in a variant",
        "Write 'unchecked(...)' around it: a kernel cannot throw on overflow, its integers wrap",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0109.md");

    public static readonly DiagnosticDescriptor TooLarge = new(
        "FLEX0110",
        "The variant is too large",
        "Make loops with constant bounds shorter, or call fewer methods: '{0}' needs more than {1} operations when its calls are inlined and its loops unrolled",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0110.md");
}
