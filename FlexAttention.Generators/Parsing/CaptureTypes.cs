using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Parsing;

/// <summary>What a kernel can capture: the scalars and the buffers, by their C# types.</summary>
internal static class CaptureTypes
{
    private const string Scalars = "int, uint, long, float, double, bool";

    private const string Elements = "int, float, Half, bool";

    private static readonly string[] SpanNames = ["ReadOnlySpan", "ReadOnlySpan2D", "ReadOnlySpan3D", "ReadOnlySpan4D"];

    /// <summary>The element type and rank of a capture, or null if a kernel cannot hold the type.</summary>
    public static (CaptureElement Element, int Rank)? Read(ITypeSymbol type)
    {
        int rank = BufferRank(type);
        if (rank > 0)
            return BufferElement(((INamedTypeSymbol)type).TypeArguments[0]) is { } element ? (element, rank) : null;
        return Scalar(type) is { } scalar ? (scalar, 0) : null;
    }

    /// <summary>What to write instead of a type that a kernel cannot hold.</summary>
    public static string Advice(ITypeSymbol type) => type switch
    {
        _ when BufferRank(type) > 0 => $"the elements of a buffer are one of {Elements}",
        IArrayTypeSymbol { Rank: 1 } => "write 'ReadOnlySpan<T>' for an array",
        IArrayTypeSymbol { Rank: <= 4 } array => $"write 'ReadOnlySpan{array.Rank}D<T>' for an array of {array.Rank} dimensions",
        INamedTypeSymbol { Name: "Span", Arity: 1 } => "write 'ReadOnlySpan<T>': a kernel never writes to its captures",
        { TypeKind: TypeKind.Enum } => "only an enum whose underlying type is 'int' is captured",
        { SpecialType: SpecialType.System_String } => "captures are numbers and buffers of numbers",
        _ => $"a capture is one of {Scalars}, or a ReadOnlySpan, ReadOnlySpan2D, 3D or 4D of {Elements}",
    };

    private static int BufferRank(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { Arity: 1, ContainingType: null })
            return 0;
        int rank = Array.IndexOf(SpanNames, type.Name) + 1;
        string expected = rank == 1 ? "System" : "FlexAttention";
        return SymbolText.Namespace(type.ContainingNamespace) == expected ? rank : 0;
    }

    private static CaptureElement? BufferElement(ITypeSymbol type) => type switch
    {
        { SpecialType: SpecialType.System_Int32 } => CaptureElement.Int32,
        { SpecialType: SpecialType.System_Single } => CaptureElement.Float32,
        { SpecialType: SpecialType.System_Boolean } => CaptureElement.Bool,
        { Name: "Half", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } => CaptureElement.Half,
        _ => null,
    };

    private static CaptureElement? Scalar(ITypeSymbol type) => type.SpecialType switch
    {
        SpecialType.System_Int32 => CaptureElement.Int32,
        SpecialType.System_UInt32 => CaptureElement.UInt32,
        SpecialType.System_Int64 => CaptureElement.Int64,
        SpecialType.System_Single => CaptureElement.Float32,
        SpecialType.System_Double => CaptureElement.Float64,
        SpecialType.System_Boolean => CaptureElement.Bool,
        _ when type is INamedTypeSymbol { EnumUnderlyingType.SpecialType: SpecialType.System_Int32 } => CaptureElement.Int32,
        _ => null,
    };
}
