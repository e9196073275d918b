using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>Models of variants built by hand, as parsing and lowering would build them.</summary>
internal static class VariantModels
{
    private static readonly SourceLines NoLines = new("Variants.cs", EquatableArray<int>.Empty);

    public static IrFunction Function(Func<IrBuilder, int> build)
    {
        var ir = new IrBuilder();
        return ir.ToFunction(build(ir));
    }

    public static VariantModel Score(Func<IrBuilder, int> score, params CaptureModel[] captures) =>
        Create("Score", captures, Function(score), mask: null);

    public static VariantModel Mask(Func<IrBuilder, int> mask, params CaptureModel[] captures) =>
        Create("Mask", captures, score: null, Function(mask));

    public static VariantModel Create(string method, CaptureModel[] captures, IrFunction? score, IrFunction? mask) => new(
        new HierarchyModel("Demo", new([new TypeModel("public static partial class", "Variants")])),
        method,
        "public",
        "Variants.cs",
        Line: 1,
        Documentation: "",
        new(Indices(score is not null).Concat(captures.Select(Parameter))),
        new(captures),
        score,
        mask,
        MaskMethodName: score is not null && mask is not null ? "Mask" : null,
        new(mask is null ? [] : Enumerable.Range(0, captures.Length)),
        NoLines,
        NoLines);

    private static IEnumerable<ParameterModel> Indices(bool hasScore)
    {
        if (hasScore)
            yield return new ParameterModel("float", "score", "", "");
        foreach (string index in new[] { "b", "h", "qIndex", "kvIndex" })
            yield return new ParameterModel("int", index, "", "");
    }

    private static ParameterModel Parameter(CaptureModel capture)
    {
        string element = capture.Element switch
        {
            CaptureElement.Int32 => "int",
            CaptureElement.Float32 => "float",
            CaptureElement.Half => "global::System.Half",
            CaptureElement.UInt32 => "uint",
            CaptureElement.Int64 => "long",
            CaptureElement.Float64 => "double",
            _ => "bool",
        };
        string type = capture.Rank switch
        {
            0 => element,
            1 => $"global::System.ReadOnlySpan<{element}>",
            int rank => $"global::FlexAttention.ReadOnlySpan{rank}D<{element}>",
        };
        return new ParameterModel(type, "@" + capture.Name, "", "");
    }
}
