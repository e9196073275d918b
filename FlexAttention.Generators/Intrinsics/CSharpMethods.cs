using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Intrinsics;

/// <summary>The families of overloads under which .NET spells one operation.</summary>
internal static class CSharpMethods
{
    private static readonly IrType[] Numbers =
        [IrType.Int32, IrType.UInt32, IrType.Int64, IrType.UInt64, IrType.Float32, IrType.Float64];

    /// <summary><c>Math</c> in double, <c>MathF</c> in float, and the statics of <c>float</c> and <c>double</c>.</summary>
    public static IEnumerable<CSharpMethod> Floats(string name, int arity = 1) =>
        FloatStatics(name, arity)
            .Append(new CSharpMethod("System.Math", name, IrType.Float64, arity))
            .Append(new CSharpMethod("System.MathF", name, IrType.Float32, arity));

    /// <summary>The statics of <c>float</c> and <c>double</c> alone.</summary>
    public static IEnumerable<CSharpMethod> FloatStatics(string name, int arity = 1) =>
    [
        new CSharpMethod("System.Single", name, IrType.Float32, arity),
        new CSharpMethod("System.Double", name, IrType.Float64, arity),
    ];

    /// <summary>Overloads for every numeric type.</summary>
    public static IEnumerable<CSharpMethod> Ordered(string name, int arity) => Overloads(name, arity, Numbers);

    /// <summary>Overloads of one argument for every signed type.</summary>
    public static IEnumerable<CSharpMethod> Signed(string name) =>
        Overloads(name, 1, [IrType.Int32, IrType.Int64, IrType.Float32, IrType.Float64]);

    /// <summary>An integer helper of this library.</summary>
    public static CSharpMethod Flex(string name) => new CSharpMethod("FlexAttention.FlexMath", name, IrType.Int32, 2);

    private static IEnumerable<CSharpMethod> Overloads(string name, int arity, IReadOnlyList<IrType> types) =>
        types.SelectMany(type => new[] { new CSharpMethod("System.Math", name, type, arity), new CSharpMethod(ClrName(type), name, type, arity) })
            .Append(new CSharpMethod("System.MathF", name, IrType.Float32, arity));

    private static string ClrName(IrType type) => type switch
    {
        IrType.Int32 => "System.Int32",
        IrType.UInt32 => "System.UInt32",
        IrType.Int64 => "System.Int64",
        IrType.UInt64 => "System.UInt64",
        IrType.Float32 => "System.Single",
        IrType.Float64 => "System.Double",
        _ => throw new ArgumentOutOfRangeException(nameof(type)),
    };
}
