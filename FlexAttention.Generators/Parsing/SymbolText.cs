using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Generators.Parsing;

/// <summary>Symbols as C# text that means the same in a generated file.</summary>
internal static class SymbolText
{
    private static readonly SymbolDisplayFormat FullyQualified = SymbolDisplayFormat.FullyQualifiedFormat
        .AddMiscellaneousOptions(SymbolDisplayMiscellaneousOptions.IncludeNullableReferenceTypeModifier);

    private static readonly SymbolDisplayFormat QualifiedNamespace =
        SymbolDisplayFormat.FullyQualifiedFormat.WithGlobalNamespaceStyle(SymbolDisplayGlobalNamespaceStyle.Omitted);

    /// <summary><c>global::System.ReadOnlySpan&lt;float&gt;</c>.</summary>
    public static string Type(ITypeSymbol type) => type.ToDisplayString(FullyQualified);

    /// <summary><c>ReadOnlySpan&lt;float&gt;</c>, as a message says it.</summary>
    public static string ShortType(ITypeSymbol type) => type.ToDisplayString(SymbolDisplayFormat.MinimallyQualifiedFormat);

    /// <summary>The namespace's full name, empty for the global one.</summary>
    public static string Namespace(INamespaceSymbol symbol) =>
        symbol.IsGlobalNamespace ? "" : symbol.ToDisplayString(QualifiedNamespace);

    /// <summary>The name with an <c>@</c> where it is a keyword.</summary>
    public static string Identifier(string name) =>
        SyntaxFacts.GetKeywordKind(name) == SyntaxKind.None ? name : "@" + name;

    public static ParameterModel Parameter(IParameterSymbol parameter) =>
        new(Type(parameter.Type), Identifier(parameter.Name), Modifier(parameter), DefaultValue(parameter));

    private static string Modifier(IParameterSymbol parameter)
    {
        string modifier = parameter.RefKind switch
        {
            RefKind.Ref => "ref",
            RefKind.Out => "out",
            RefKind.In => "in",
            RefKind.RefReadOnlyParameter => "ref readonly",
            _ => "",
        };
        if (parameter is { Ordinal: 0, ContainingSymbol: IMethodSymbol { IsExtensionMethod: true } })
            modifier = $"this {modifier}";
        if (parameter.IsParams)
            modifier = $"params {modifier}";
        if (parameter is { ScopedKind: ScopedKind.ScopedValue, IsParams: false })
            modifier = $"scoped {modifier}";
        return modifier.TrimEnd();
    }

    private static string DefaultValue(IParameterSymbol parameter)
    {
        if (!parameter.HasExplicitDefaultValue)
            return "";
        if (parameter.ExplicitDefaultValue is not { } value)
            return "default";
        string text = SymbolDisplay.FormatPrimitive(value, quoteStrings: true, useHexadecimalNumbers: false);
        return value switch
        {
            float number => Float(number),
            double number => Double(number),
            _ when parameter.Type.TypeKind == TypeKind.Enum => $"({Type(parameter.Type)})({text})",
            _ => text,
        };
    }

    private static string Float(float value) => value switch
    {
        _ when float.IsNaN(value) => "float.NaN",
        float.PositiveInfinity => "float.PositiveInfinity",
        float.NegativeInfinity => "float.NegativeInfinity",
        _ => value.ToString("G9", System.Globalization.CultureInfo.InvariantCulture) + "f",
    };

    private static string Double(double value) => value switch
    {
        _ when double.IsNaN(value) => "double.NaN",
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        _ => value.ToString("G17", System.Globalization.CultureInfo.InvariantCulture) + "d",
    };
}
