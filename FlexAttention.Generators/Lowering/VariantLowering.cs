using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Generators.Lowering;

/// <summary>Lowers the body of a variant to a pure function of the indices, the captures and the score.</summary>
internal static class VariantLowering
{
    /// <summary>C#'s error for a partial method without the half that is only about to be generated.</summary>
    private const string NoDefinition = "CS0759";

    private static readonly IrIndex[] Indices = [IrIndex.Batch, IrIndex.Head, IrIndex.Query, IrIndex.Key];

    /// <summary>Lowers a method with all that it calls.</summary>
    /// <param name="method">A score or mask variant: <c>[score,] b, h, q, kv</c>, then captures.</param>
    /// <param name="compilation">Where the methods that it calls are found.</param>
    /// <param name="captures">The names of the method's captures, and their positions in <paramref name="models"/>.</param>
    /// <param name="models">The captures.</param>
    /// <param name="sink">Takes what is wrong with the method.</param>
    /// <param name="token">Cancels.</param>
    /// <returns>The function, or null if the method has an error, whether C#'s or one of this language.</returns>
    public static LoweredFunction? Lower(
        IMethodSymbol method,
        Compilation compilation,
        IReadOnlyDictionary<string, int> captures,
        IReadOnlyList<CaptureModel> models,
        DiagnosticSink sink,
        CancellationToken token)
    {
        method = method.PartialImplementationPart ?? method;
        var context = new LoweringContext(method, compilation, models, sink, token);
        if (MethodBodies.Of(method, context) is not { Count: > 0 } body)
            return null;
        DeclareParameters(context, captures);
        context.Statements.LowerAll(body);
        Value? result = null;
        context.Attempt(() => result = context.Calls.Result(body[0], context.Frame.Returns));
        if (context.HasFailed || result is not ScalarValue scalar)
        {
            ReportIfSilent(context, sink);
            return null;
        }

        IrFunction function = context.Ir.ToFunction(scalar.Node, out EquatableArray<int> lines);
        return new LoweredFunction(function, new SourceLines(Path.GetFileName(method.DeclaringSyntaxReferences[0].SyntaxTree.FilePath), lines));
    }

    /// <summary>Lowering is silent where C# reports an error. If neither has said anything, the method is still not compiled.</summary>
    private static void ReportIfSilent(LoweringContext context, DiagnosticSink sink)
    {
        if (sink.HasErrors || context.Bodies.Any(body => HasError(body, context)))
            return;
        string name = context.Method.Name;
        sink.Report(Rules.UnsupportedExpression, context.Method.Locations[0], $"'{name}'", "Write it in simpler steps, and report it as a bug");
    }

    private static bool HasError(SyntaxReference body, LoweringContext context) =>
        context.Compilation.GetSemanticModel(body.SyntaxTree).GetDiagnostics(body.Span, context.Token)
            .Any(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error && diagnostic.Id != NoDefinition);

    private static void DeclareParameters(LoweringContext context, IReadOnlyDictionary<string, int> captures)
    {
        int next = 0;
        foreach (IParameterSymbol parameter in context.Method.Parameters)
        {
            Value value = captures.TryGetValue(parameter.Name, out int capture)
                ? Capture(context, capture)
                : context.Scalar(IsScore(parameter) ? context.Ir.Score() : context.Ir.Index(Indices[next++]));
            context.State = context.State.With(parameter, value);
        }
    }

    private static bool IsScore(IParameterSymbol parameter) =>
        parameter is { Ordinal: 0, Type.SpecialType: SpecialType.System_Single };

    private static Value Capture(LoweringContext context, int capture)
    {
        CaptureModel model = context.Captures[capture];
        return model.Rank == 0
            ? context.Scalar(context.Ir.Scalar(CaptureTypes.ElementType(model.Element), capture))
            : new BufferValue(capture);
    }
}
