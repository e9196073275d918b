using System.Reflection;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Emit.Stubs;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>Compiles generated files in memory, as strictly as any project that uses them may.</summary>
internal static class VariantCompiler
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview, DocumentationMode.Diagnose);

    private static readonly MetadataReference[] References =
    [
        .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator)
            .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                || Path.GetFileName(path) == "FlexAttention.Runtime.dll")
            .Select(static path => MetadataReference.CreateFromFile(path)),
    ];

    /// <summary>The generated file of a model, with the CUDA unit left out.</summary>
    public static string Emit(VariantModel model, string cuda = "cuda", string ir = "ir")
    {
        var fields = new VariantFields(model.Captures);
        ScoreGradient? gradient = model.Score is null ? null : Differentiator.Run(model.Score, model.Captures);
        string cpu = CpuVariantWriter.Write(model, gradient, fields, KernelClassWriter.Name(model.MethodName) + ".Descriptor");
        return VariantFileWriter.Write(model, gradient, fields, new KernelTexts(cuda, cpu, ir, model.MethodName));
    }

    /// <summary>Compiles files; a warning is an error.</summary>
    public static Assembly Compile(params string[] sources)
    {
        using var image = new MemoryStream();
        // Even without the pragma that spares consumers our warnings there must be none.
        CSharpCompilation compilation = Create([.. sources.Select(static source => source.Replace("#pragma warning disable\n", ""))]);
        Diagnostic[] diagnostics = [.. compilation.Emit(image).Diagnostics.Where(static item => item.Severity >= DiagnosticSeverity.Warning)];
        Assert.That(diagnostics, Is.Empty, string.Join("\n", sources));
        return Assembly.Load(image.ToArray());
    }

    private static CSharpCompilation Create(string[] sources) => CSharpCompilation.Create(
        "Variants" + Guid.NewGuid().ToString("N"),
        sources.Select(static source => CSharpSyntaxTree.ParseText(source, ParseOptions)),
        References,
        new CSharpCompilationOptions(
            OutputKind.DynamicallyLinkedLibrary,
            optimizationLevel: OptimizationLevel.Release,
            checkOverflow: true,
            warningLevel: 9999,
            nullableContextOptions: NullableContextOptions.Enable));
}
