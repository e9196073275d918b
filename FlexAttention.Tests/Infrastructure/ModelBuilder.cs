using FlexAttention.Descriptors;
using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Infrastructure;

/// <summary>Makes variant models without C# source, to test what comes after lowering by itself.</summary>
internal static class ModelBuilder
{
    public static VariantModel Score(string name, CaptureModel[] captures, Func<IrBuilder, int> score, Func<IrBuilder, int>? mask = null) =>
        Create(name, captures, score, mask);

    /// <summary>A variant whose score has been lowered.</summary>
    public static VariantModel Score(string name, CaptureModel[] captures, IrFunction score) =>
        Create(name, captures, score: null, mask: null) with { Score = score };

    public static VariantModel Mask(string name, CaptureModel[] captures, Func<IrBuilder, int> mask) =>
        Create(name, captures, score: null, mask);

    public static CaptureModel Floats(string name, int rank) => new(name, CaptureElement.Float32, rank);

    public static CaptureModel Ints(string name, int rank) => new(name, CaptureElement.Int32, rank);

    /// <summary>What the runtime needs to compile the model's unit.</summary>
    public static VariantDescriptor Describe(VariantModel model) => new()
    {
        Name = model.FullName,
        CudaName = CudaNames.Variant(model),
        CudaSource = CudaEmitter.Emit(model),
        CpuSource = "",
        IntermediateRepresentation = "",
        HasScore = model.Score is not null,
        HasMask = model.Mask is not null,
        Captures = [],
    };

    private static VariantModel Create(string name, CaptureModel[] captures, Func<IrBuilder, int>? score, Func<IrBuilder, int>? mask) => new(
        new HierarchyModel("Tests", new([new TypeModel("static partial class", "Models")])),
        name,
        "public",
        "Models.cs",
        1,
        name,
        EquatableArray<ParameterModel>.Empty,
        new(captures),
        Function(score, out SourceLines scoreLines),
        Function(mask, out SourceLines maskLines),
        MaskMethodName: mask is null ? null : name,
        MaskCaptures: new(Enumerable.Range(0, captures.Length)),
        scoreLines,
        maskLines);

    private static IrFunction? Function(Func<IrBuilder, int>? build, out SourceLines lines)
    {
        lines = new SourceLines("Models.cs", EquatableArray<int>.Empty);
        if (build is null)
            return null;
        var builder = new IrBuilder { Line = 10 };
        IrFunction function = builder.ToFunction(build(builder), out EquatableArray<int> numbers);
        lines = lines with { Lines = numbers };
        return function;
    }
}
