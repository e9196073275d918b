using System.Reflection;
using System.Runtime.Loader;
using FlexAttention.Generators.Diagnostics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Lowering;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Tests.Lowering;

/// <summary>A variant in C# text, lowered to IR and, to compare with, compiled by the C# compiler and loaded.</summary>
internal sealed class LoweredVariant
{
    private static readonly int[] Edges = [0, 1, 3, 7, 8, 31, -7, int.MaxValue, int.MinValue];

    private static readonly float[] Scores = [0, -0f, 1, -1.5f, 0.1f, 300.75f, 1e10f, float.NaN, float.PositiveInfinity, float.NegativeInfinity];

    private readonly Func<float, int, int, int, int, object[], object> _call;

    private LoweredVariant(LoweredFunction lowered, CaptureModel[] captures, Func<float, int, int, int, int, object[], object> call)
    {
        (Lowered, Captures, _call) = (lowered, captures, call);
    }

    public LoweredFunction Lowered { get; }

    public CaptureModel[] Captures { get; }

    public string Text => IrPrinter.Print(Lowered.Function, Captures);

    /// <summary>Lowers the first variant of <c>Variants</c>.</summary>
    public static LoweredVariant Create(params string[] sources)
    {
        CSharpCompilation complete = GeneratorRunner.Run(sources).Output;
        // The generator sees the compilation without what it adds: a partial method with one half only.
        CSharpCompilation input = complete.RemoveSyntaxTrees(complete.SyntaxTrees.Where(tree => !tree.FilePath.StartsWith("/src/", StringComparison.Ordinal)));
        IMethodSymbol method = input.GetTypeByMetadataName("Demo.Variants")!.GetMembers().OfType<IMethodSymbol>()
            .First(member => !member.GetAttributes().IsEmpty);
        IParameterSymbol[] parameters = [.. method.Parameters.Skip(method.ReturnType.SpecialType == SpecialType.System_Single ? 5 : 4)];
        CaptureModel[] captures = [.. parameters.Select(Capture)];
        Dictionary<string, int> positions = captures.Select((capture, i) => (capture.Name, i)).ToDictionary(pair => pair.Name, pair => pair.i);
        var sink = new DiagnosticSink();
        LoweredFunction? lowered = VariantLowering.Lower(method, input, positions, captures, sink, CancellationToken.None);
        Assert.That(lowered, Is.Not.Null, string.Join("\n", sink.ToArray().Select(diagnostic => diagnostic.ToDiagnostic())));
        return new LoweredVariant(lowered!, captures, Load(complete, method, parameters));
    }

    /// <summary>Asserts that IR and C# agree on a grid of positions and scores, edge cases included.</summary>
    /// <param name="captures">The captures' values; buffers as arrays.</param>
    public void AssertAgrees(params object[] captures)
    {
        int evaluated = 0;
        foreach (int q in Edges)
        {
            foreach (int kv in Edges)
            {
                foreach (float score in Scores)
                    evaluated += Agrees(score, q & 3, kv & 1, q, kv, captures) ? 1 : 0;
            }
        }

        Assert.That(evaluated, Is.Positive, "C# threw everywhere");
    }

    private bool Agrees(float score, int b, int h, int q, int kv, object[] captures)
    {
        var interpreter = new IrInterpreter(captures, [b, h, q, kv], score);
        object actual = interpreter.Evaluate(Lowered.Function);
        string place = $"score {score}, b {b}, h {h}, q {q}, kv {kv}\n{Text}";
        try
        {
            object expected = _call(score, b, h, q, kv, captures);
            Assert.That(actual, Is.EqualTo(expected), place);
            Assert.That(interpreter.Faults, Is.Zero, place);
            return true;
        }
        catch (IndexOutOfRangeException)
        {
            Assert.That(interpreter.Faults, Is.Positive, place);
        }
        catch (ArithmeticException)
        {
            // C# throws where every target goes on: any value will do.
        }

        return false;
    }

    private static CaptureModel Capture(IParameterSymbol parameter)
    {
        var type = (INamedTypeSymbol)parameter.Type;
        int rank = type.Name switch
        {
            "ReadOnlySpan" => 1,
            "ReadOnlySpan2D" => 2,
            "ReadOnlySpan3D" => 3,
            "ReadOnlySpan4D" => 4,
            _ => 0,
        };
        string element = (rank == 0 ? type : type.TypeArguments[0]).Name;
        return new CaptureModel(parameter.Name, ElementOf(element), rank);
    }

    private static CaptureElement ElementOf(string type) => type switch
    {
        "Boolean" => CaptureElement.Bool,
        "Single" => CaptureElement.Float32,
        "Double" => CaptureElement.Float64,
        _ => Enum.Parse<CaptureElement>(type),
    };

    private static Func<float, int, int, int, int, object[], object> Load(
        CSharpCompilation compilation, IMethodSymbol method, IParameterSymbol[] captures)
    {
        IEnumerable<string> arguments = captures.Select((capture, i) => $"({ArrayType(capture.Type)})captures[{i}]");
        string score = method.Parameters.Length - captures.Length == 5 ? "score, " : "";
        string call = $"Demo.Variants.{method.Name}({score}{string.Join(", ", ["b", "h", "q", "kv", .. arguments])})";
        string harness = $$"""
            public static class Harness
            {
                public static object Call(float score, int b, int h, int q, int kv, object[] captures) => {{call}};
            }
            """;
        var options = (CSharpParseOptions)compilation.SyntaxTrees[0].Options;
        using var image = new MemoryStream();
        var result = compilation.AddSyntaxTrees(CSharpSyntaxTree.ParseText(harness, options)).Emit(image);
        Assert.That(result.Success, Is.True, string.Join("\n", result.Diagnostics));
        image.Position = 0;
        Assembly assembly = new AssemblyLoadContext(name: null, isCollectible: true).LoadFromStream(image);
        return assembly.GetType("Harness")!.GetMethod("Call")!.CreateDelegate<Func<float, int, int, int, int, object[], object>>();
    }

    private static string ArrayType(ITypeSymbol type)
    {
        if (type is not INamedTypeSymbol { TypeArguments: [var element] } span)
            return type.ToDisplayString();
        int rank = span.Name.Length == "ReadOnlySpan".Length ? 1 : span.Name["ReadOnlySpan".Length] - '0';
        return $"{element.ToDisplayString()}[{new string(',', rank - 1)}]";
    }
}
