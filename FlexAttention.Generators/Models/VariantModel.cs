using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Models;

/// <summary>
/// Everything the emitters need to know about one variant, and nothing of Roslyn. Captures are the union of the score
/// method's and its mask method's, in that order; <see cref="Score"/> and <see cref="Mask"/> index into the same list.
/// </summary>
/// <param name="FileName">The name of the C# file without its folder, so that no kernel depends on where it was built.</param>
/// <param name="Line">The 1-based line of the method's name.</param>
/// <param name="Documentation">The C# text of the method, shown above the emitted kernel.</param>
/// <param name="MaskCaptures">
/// The positions in <paramref name="Captures"/> of the mask method's own captures, in the mask method's order: what its
/// <c>CreateBlockMask</c> takes.
/// </param>
internal sealed record VariantModel(
    HierarchyModel Hierarchy,
    string MethodName,
    string Accessibility,
    string FileName,
    int Line,
    string Documentation,
    EquatableArray<ParameterModel> Parameters,
    EquatableArray<CaptureModel> Captures,
    IrFunction? Score,
    IrFunction? Mask,
    string? MaskMethodName,
    EquatableArray<int> MaskCaptures,
    SourceLines ScoreLines,
    SourceLines MaskLines)
{
    /// <summary>Whether the method the attribute stands on is a mask method.</summary>
    public bool IsMaskVariant => Score is null;

    /// <summary>The captures whose gradients backward calls compute.</summary>
    public IEnumerable<CaptureModel> Learnable => Captures.Where(static capture => capture.IsLearnable);

    /// <summary>The fully qualified C# name, <c>Namespace.Type.Method</c>.</summary>
    public string FullName => Hierarchy.FullName + "." + MethodName;
}

/// <summary>
/// For each node of a function the 1-based line of the C# that it came from (0: none), for <c>#line</c>; kept apart from
/// the function so that moving a method changes no kernel.
/// </summary>
internal sealed record SourceLines(string FileName, EquatableArray<int> Lines);

/// <summary>The namespace and the types, outermost first, that enclose a variant.</summary>
internal sealed record HierarchyModel(string Namespace, EquatableArray<TypeModel> Types)
{
    public string FullName
    {
        get
        {
            string types = string.Join(".", Types.Items.Select(static type => type.Name));
            return Namespace.Length == 0 ? types : Namespace + "." + types;
        }
    }
}

/// <summary>One enclosing type: its declaration without name and body, such as <c>partial class</c>, and its name.</summary>
internal sealed record TypeModel(string Declaration, string Name);

/// <summary>One parameter of the user's method as C# text, for the defining half of the partial method.</summary>
/// <param name="Modifier"><c>scoped</c>, <c>this</c>, … or empty.</param>
/// <param name="DefaultValue">The default of an optional parameter, or empty. Only the defining half's has an effect.</param>
internal sealed record ParameterModel(string Type, string Name, string Modifier, string DefaultValue = "");

/// <summary>What a capture is: a scalar (rank 0) or a buffer of rank 1 to 4.</summary>
internal enum CaptureElement : byte
{
    Int32,
    Float32,
    Half,
    Bool,
    UInt32,
    Int64,
    Float64,
}

/// <summary>One captured parameter.</summary>
internal sealed record CaptureModel(string Name, CaptureElement Element, int Rank)
{
    /// <summary>Whether backward calls compute its gradient.</summary>
    public bool IsLearnable { get; init; }
}
