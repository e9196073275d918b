using FlexAttention.Generators.Emit;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Parsing;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Tests.Generators;

/// <summary>FLEX0099: a fault of the generator is a message about one method. Only cancellation passes through.</summary>
public sealed class InternalErrorTests
{
    /// <summary>No parser makes it: its result is a node that does not exist.</summary>
    private static VariantModel Impossible => GeneratorRunner.Run(VariantSource.Mask("kv <= q")).Models().Single() with
    {
        Mask = new IrFunction(EquatableArray<IrNode>.Empty, 7),
    };

    [Test]
    public void EmitterThatFails_NamesTheMethodAndStillDeclaresIt()
    {
        var declaration = new DeclarationModel(Impossible.Hierarchy, "public static", "bool", "Mask", Impossible.Parameters);

        EmittedFile file = EmittedFile.Create(new EmissionInput("Hint.g.cs", Impossible, declaration), CancellationToken.None);

        Diagnostic diagnostic = file.Failure!.ToDiagnostic();
        Assert.That(diagnostic.Id, Is.EqualTo("FLEX0099"));
        Assert.That(diagnostic.GetMessage(), Does.Contain("Demo.Variants.Mask").And.Contain("report").And.Contain("Exception"));
        Assert.That(file.Text, Does.Contain("public static partial bool Mask(int b, int h, int q, int kv);"));
    }

    [Test]
    public void Cancellation_PassesThrough()
    {
        CSharpCompilation compilation = GeneratorRunner.Run(VariantSource.Mask("kv <= q")).Output;
        GeneratorDriver driver = CSharpGeneratorDriver.Create(new FlexAttention.Generators.AttentionVariantGenerator());

        Assert.That(() => driver.RunGenerators(compilation, new CancellationToken(canceled: true)), Throws.InstanceOf<OperationCanceledException>());
    }
}
