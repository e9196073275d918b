using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>Types that C# computes with in a wider one.</summary>
internal enum Narrow : byte
{
    None,
    SByte,
    Byte,
    Int16,
    UInt16,
    Half,
}

/// <summary>A C# number or bool: the type it is held in, and what it is narrowed to when it is stored.</summary>
internal readonly record struct ScalarType(IrType Ir, Narrow Narrow = Narrow.None)
{
    /// <summary>The scalar that a type is, or null. An enum is its underlying type.</summary>
    public static ScalarType? Of(ITypeSymbol? type) => type switch
    {
        null => null,
        INamedTypeSymbol { EnumUnderlyingType: { } underlying } => Of(underlying),
        { Name: "Half", ContainingNamespace: { Name: "System", ContainingNamespace.IsGlobalNamespace: true } } =>
            new(IrType.Float32, Narrow.Half),
        _ => Of(type.SpecialType),
    };

    private static ScalarType? Of(SpecialType type) => type switch
    {
        SpecialType.System_Boolean => new(IrType.Bool),
        SpecialType.System_SByte => new(IrType.Int32, Narrow.SByte),
        SpecialType.System_Byte => new(IrType.Int32, Narrow.Byte),
        SpecialType.System_Int16 => new(IrType.Int32, Narrow.Int16),
        SpecialType.System_UInt16 => new(IrType.Int32, Narrow.UInt16),
        SpecialType.System_Int32 => new(IrType.Int32),
        SpecialType.System_UInt32 => new(IrType.UInt32),
        SpecialType.System_Int64 => new(IrType.Int64),
        SpecialType.System_UInt64 => new(IrType.UInt64),
        SpecialType.System_Single => new(IrType.Float32),
        SpecialType.System_Double => new(IrType.Float64),
        _ => null,
    };
}
