using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Diagnostics;

/// <summary>FLEX0001 to FLEX0099: how a variant is declared.</summary>
internal static partial class Rules
{
    public static readonly DiagnosticDescriptor NotStatic = new(
        "FLEX0001",
        "An attention variant must be static",
        "Declare '{0}' static: a kernel has no instance, and what the method reads must be one of its parameters",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0001.md");

    public static readonly DiagnosticDescriptor NotPartial = new(
        "FLEX0002",
        "An attention variant must be partial",
        "Declare '{0}' partial: the generator writes its defining half",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0002.md");

    public static readonly DiagnosticDescriptor TypeNotPartial = new(
        "FLEX0003",
        "A type that contains an attention variant must be partial",
        "Declare the type '{0}' partial: the generator adds the kernels of '{1}' to it",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0003.md");

    public static readonly DiagnosticDescriptor GenericType = new(
        "FLEX0004",
        "A type that contains an attention variant must not be generic",
        "Move '{1}' out of the generic type '{0}': a kernel is compiled for fixed types",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0004.md");

    public static readonly DiagnosticDescriptor FileLocalType = new(
        "FLEX0005",
        "A type that contains an attention variant must not be file-local",
        "Remove the modifier 'file' from '{0}': the kernels of '{1}' are generated in another file",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0005.md");

    public static readonly DiagnosticDescriptor GenericMethod = new(
        "FLEX0006",
        "An attention variant must not be generic",
        "Remove the type parameters of '{0}': a kernel is compiled for fixed types; a generic method that it calls is allowed",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0006.md");

    public static readonly DiagnosticDescriptor NotAMethod = new(
        "FLEX0007",
        "An attention variant must be an ordinary method",
        "Move this to a static partial method of a type: a local function, a lambda, an operator or an accessor has no defining half to generate",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0007.md");

    public static readonly DiagnosticDescriptor UnwantedDefinition = new(
        "FLEX0008",
        "An attention variant needs its body, and no other half",
        "Write '{0}' once, with a body: the generator writes the half without one",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0008.md");

    public static readonly DiagnosticDescriptor ReturnType = new(
        "FLEX0009",
        "An attention variant must return float or bool",
        "Return 'float' from '{0}' for a score variant or 'bool' for a mask variant; it returns '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0009.md");

    public static readonly DiagnosticDescriptor IndexParameters = new(
        "FLEX0010",
        "An attention variant must begin with the index parameters",
        "Begin the parameters of '{0}' with ({1}); {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0010.md");

    public static readonly DiagnosticDescriptor ByReference = new(
        "FLEX0011",
        "A parameter of an attention variant must be passed by value",
        "Remove '{1}' from the parameter '{0}': kernels pass captures by value and never write to them",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0011.md");

    public static readonly DiagnosticDescriptor CaptureType = new(
        "FLEX0012",
        "The type of a capture is not supported",
        "Change the type of '{0}': a kernel cannot hold '{1}'; {2}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0012.md");

    public static readonly DiagnosticDescriptor CaptureName = new(
        "FLEX0013",
        "The name of a capture is taken",
        "Rename the parameter '{0}': the generated method '{1}' has an argument of this name",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0013.md");

    public static readonly DiagnosticDescriptor Overload = new(
        "FLEX0014",
        "Two attention variants have the same name",
        "Rename '{0}': the generated class '{0}Kernel' belongs to another attention variant of this name",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0014.md");

    public static readonly DiagnosticDescriptor KernelNameTaken = new(
        "FLEX0015",
        "The name of the generated class is taken",
        "Rename '{0}', or what is already called '{1}': the generator adds a class of this name",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0015.md");

    public static readonly DiagnosticDescriptor UnknownMask = new(
        "FLEX0016",
        "The mask does not exist",
        "Name a mask variant of '{1}' here, as in 'Mask = nameof(Causal)': it has no method '{0}'; to use one of another type, call it from a mask variant of this one",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0016.md");

    public static readonly DiagnosticDescriptor NotAMask = new(
        "FLEX0017",
        "The mask is not a mask variant",
        "Name a method here that is marked [AttentionVariant] and returns bool: '{0}' {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0017.md");

    public static readonly DiagnosticDescriptor MaskOfMask = new(
        "FLEX0018",
        "A mask variant cannot have a mask",
        "Remove 'Mask' and combine the masks by calling '{0}' in the body of '{1}', as in '{0}(b, h, q, kv) && ...'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0018.md");

    public static readonly DiagnosticDescriptor CapturesDiffer = new(
        "FLEX0019",
        "A score variant and its mask give one name to different captures",
        "Give '{0}' one type, or rename one of the two: it is '{1}' in '{2}' and '{3}' in its mask '{4}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0019.md");

    public static readonly DiagnosticDescriptor Modifier = new(
        "FLEX0020",
        "The modifier is not supported on an attention variant",
        "Remove the modifier '{1}' from '{0}': a variant is a pure static partial method",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0020.md");

    public static readonly DiagnosticDescriptor LearnableType = new(
        "FLEX0021",
        "The type of a learnable capture has no gradient",
        "Remove [Learnable] from '{0}', or make it float or double, or a buffer of float or Half: there is no gradient of '{1}'",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0021.md");

    public static readonly DiagnosticDescriptor NothingToLearn = new(
        "FLEX0022",
        "The gradient of a learnable capture is always zero",
        "Remove [Learnable] from '{0}', or use it in the score's arithmetic: what it reaches now, such as a comparison, an index or a mask, has no derivative",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0022.md");

    public static readonly DiagnosticDescriptor LearnableInLoop = new(
        "FLEX0023",
        "A learnable buffer is read in a loop in a loop",
        "Give the inner loop that reads '{0}' constant bounds and at most 16 iterations, or remove [Learnable]: gradients of what longer loops in loops read are not supported",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0023.md");

    public static readonly DiagnosticDescriptor InternalError = new(
        "FLEX0099",
        "The generator failed",
        "The generator failed on '{0}' and wrote no kernel for it; this is a bug, so please report it with the method: {1}",
        Category,
        DiagnosticSeverity.Error,
        isEnabledByDefault: true,
        helpLinkUri: Pages + "FLEX0099.md");
}
