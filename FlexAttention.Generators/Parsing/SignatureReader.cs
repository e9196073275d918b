using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace FlexAttention.Generators.Parsing;

/// <summary>Reads the return type and the parameters of a variant.</summary>
internal sealed class SignatureReader(IMethodSymbol method, MethodDeclarationSyntax syntax, DiagnosticSink sink)
{
    private static readonly string[] MaskIndices = ["int b", "int h", "int q", "int kv"];

    private static readonly string[] ScoreIndices = ["float score", .. MaskIndices];

    /// <summary>
    /// The names of the arguments that the generated methods have beside the captures. Captures become arguments of the
    /// same calls, and callers name them: a renamed one would break them silently.
    /// </summary>
    private static readonly Dictionary<string, string> TakenNames = new()
    {
        ["q"] = "Forward",
        ["k"] = "Forward",
        ["v"] = "Forward",
        ["output"] = "Forward",
        ["dOutput"] = "Backward",
        ["options"] = "Forward",
        ["batch"] = "CreateBlockMask",
        ["heads"] = "CreateBlockMask",
        ["queryLength"] = "CreateBlockMask",
        ["keyLength"] = "CreateBlockMask",
    };

    /// <summary>The signature, or null if it is not that of a variant: then the reason is reported here or by the compiler.</summary>
    public VariantSignature? Read()
    {
        if (IsReportedElsewhere(method.ReturnType) || ReadReturnType() is not { } isMask)
            return null;
        string[] indices = isMask ? MaskIndices : ScoreIndices;
        bool valid = CheckIndices(indices);
        valid &= CheckPassing();
        valid &= CheckNoneLearns(indices.Length);
        if (!valid || !HasDistinctNames())
            return null;

        IParameterSymbol[] parameters = [.. method.Parameters.Skip(indices.Length)];
        CaptureModel?[] captures = [.. parameters.Select(ReadCapture)];
        return captures.Contains(null) ? null : new VariantSignature(method, isMask, parameters, captures!);
    }

    private bool? ReadReturnType()
    {
        if (method is { RefKind: RefKind.None, ReturnType.SpecialType: SpecialType.System_Single })
            return false;
        if (method is { RefKind: RefKind.None, ReturnType.SpecialType: SpecialType.System_Boolean })
            return true;
        sink.Report(Rules.ReturnType, syntax.ReturnType.GetLocation(), method.Name, syntax.ReturnType.ToString());
        return null;
    }

    private bool CheckIndices(string[] expected)
    {
        string all = string.Join(", ", expected);
        for (int i = 0; i < expected.Length; i++)
        {
            if (i >= method.Parameters.Length)
            {
                Location end = syntax.ParameterList.CloseParenToken.GetLocation();
                sink.Report(Rules.IndexParameters, end, method.Name, all, $"'{expected[i]}' is missing");
                return false;
            }

            if (IsReportedElsewhere(method.Parameters[i].Type))
                return false;
            if (method.Parameters[i].Type.SpecialType != IndexType(expected[i]))
            {
                string found = $"'{ParameterSyntax(i)}' stands where '{expected[i]}' belongs";
                sink.Report(Rules.IndexParameters, ParameterSyntax(i).GetLocation(), method.Name, all, found);
                return false;
            }
        }

        return true;
    }

    private static SpecialType IndexType(string parameter) =>
        parameter.StartsWith("float", StringComparison.Ordinal) ? SpecialType.System_Single : SpecialType.System_Int32;

    private bool CheckPassing()
    {
        bool valid = true;
        foreach (IParameterSymbol parameter in method.Parameters.Where(static p => p.RefKind != RefKind.None || p.IsParams))
        {
            ParameterSyntax written = ParameterSyntax(parameter.Ordinal);
            SyntaxToken modifier = written.Modifiers.First();
            sink.Report(Rules.ByReference, modifier.GetLocation(), parameter.Name, written.Modifiers.ToString());
            valid = false;
        }

        return valid;
    }

    /// <summary>The parameters before the captures are given by the kernel: there is nothing to train.</summary>
    private bool CheckNoneLearns(int count)
    {
        bool valid = true;
        foreach (IParameterSymbol parameter in method.Parameters.Take(count))
        {
            if (LearnableCaptures.AttributeOf(parameter) is not { } attribute)
                continue;
            string what = parameter.Type.SpecialType == SpecialType.System_Single ? "the score" : "an index";
            sink.Report(Rules.LearnableType, LearnableCaptures.Location(attribute), parameter.Name, what);
            valid = false;
        }

        return valid;
    }

    // The compiler reports missing names and doubled ones.
    private bool HasDistinctNames()
    {
        HashSet<string> names = [.. method.Parameters.Select(static parameter => parameter.Name)];
        return names.Count == method.Parameters.Length && !names.Contains("");
    }

    private CaptureModel? ReadCapture(IParameterSymbol parameter)
    {
        if (IsReportedElsewhere(parameter.Type))
            return null;
        ParameterSyntax written = ParameterSyntax(parameter.Ordinal);
        if (CaptureTypes.Read(parameter.Type) is not { } type)
        {
            string name = SymbolText.ShortType(parameter.Type);
            sink.Report(Rules.CaptureType, written.Type?.GetLocation(), parameter.Name, name, CaptureTypes.Advice(parameter.Type));
            return null;
        }

        if (TakenNames.TryGetValue(parameter.Name, out string generated))
        {
            sink.Report(Rules.CaptureName, written.Identifier.GetLocation(), parameter.Name, $"{method.Name}Kernel.{generated}");
            return null;
        }

        var capture = new CaptureModel(parameter.Name, type.Element, type.Rank);
        return LearnableCaptures.AttributeOf(parameter) is { } attribute ? ReadLearnable(capture, parameter, attribute) : capture;
    }

    private CaptureModel? ReadLearnable(CaptureModel capture, IParameterSymbol parameter, AttributeData attribute)
    {
        if (LearnableCaptures.CanLearn(capture))
            return capture with { IsLearnable = true };
        sink.Report(
            Rules.LearnableType,
            LearnableCaptures.Location(attribute),
            parameter.Name,
            SymbolText.ShortType(parameter.Type));
        return null;
    }

    // A type that does not exist is the compiler's error, a type parameter that of the generic method or type.
    private static bool IsReportedElsewhere(ITypeSymbol type) => type.TypeKind is TypeKind.Error or TypeKind.TypeParameter;

    private ParameterSyntax ParameterSyntax(int ordinal) => syntax.ParameterList.Parameters[ordinal];
}
