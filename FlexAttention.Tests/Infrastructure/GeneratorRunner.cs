using FlexAttention.Generators;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Tests;

/// <summary>A compilation that the generator runs on, and runs on again after edits, as in an editor.</summary>
public sealed class GeneratorRunner
{
    private static readonly CSharpParseOptions ParseOptions = new(LanguageVersion.Preview);

    private static readonly MetadataReference[] References = LoadReferences();

    private readonly Dictionary<string, SyntaxTree> _trees = [];
    private CSharpCompilation _compilation;
    private GeneratorDriver _driver;

    /// <summary>Starts with files named <c>File0.cs</c>, <c>File1.cs</c>, …</summary>
    public GeneratorRunner(params string[] sources)
    {
        _compilation = CSharpCompilation.Create("Variants", options: Options(), references: References);
        _driver = CSharpGeneratorDriver.Create(
            [new AttentionVariantGenerator().AsSourceGenerator()],
            parseOptions: ParseOptions,
            driverOptions: new GeneratorDriverOptions(IncrementalGeneratorOutputKind.None, trackIncrementalGeneratorSteps: true));
        for (int i = 0; i < sources.Length; i++)
            Edit($"File{i}.cs", sources[i]);
    }

    /// <summary>Runs the generator once on files of these texts.</summary>
    public static GeneratorRun Run(params string[] sources) => new GeneratorRunner(sources).Run();

    /// <summary>Adds a file, or replaces its text.</summary>
    public GeneratorRunner Edit(string path, string text)
    {
        SyntaxTree tree = CSharpSyntaxTree.ParseText(text, ParseOptions, "/src/" + path);
        _compilation = _trees.TryGetValue(path, out SyntaxTree? old)
            ? _compilation.ReplaceSyntaxTree(old, tree)
            : _compilation.AddSyntaxTrees(tree);
        _trees[path] = tree;
        return this;
    }

    /// <summary>Runs the generator on the files as they are now.</summary>
    public GeneratorRun Run()
    {
        _driver = _driver.RunGeneratorsAndUpdateCompilation(_compilation, out var output, out _);
        return new GeneratorRun(_driver.GetRunResult().Results.Single(), (CSharpCompilation)output);
    }

    private static CSharpCompilationOptions Options() =>
        new(OutputKind.DynamicallyLinkedLibrary, nullableContextOptions: NullableContextOptions.Enable, warningLevel: 9999);

    private static MetadataReference[] LoadReferences()
    {
        var assemblies = (string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!;
        return
        [
            .. assemblies.Split(Path.PathSeparator)
                .Where(static path => Path.GetFileName(path).StartsWith("System.", StringComparison.Ordinal)
                    || Path.GetFileName(path) is "netstandard.dll" or "mscorlib.dll" or "FlexAttention.Runtime.dll")
                .Select(static path => MetadataReference.CreateFromFile(path)),
        ];
    }
}
