using System.Collections.Immutable;
using FlexAttention.Generators.Diagnostics;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Diagnostics;

namespace FlexAttention.Tests.Generators;

/// <summary>The generated half of a variant fits the user's half, wherever and however that is declared.</summary>
public sealed class DeclarationTests
{
    private const string Causal = "[AttentionVariant] public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;";

    [TestCase("public static partial class Variants")]
    [TestCase("internal partial class Variants")]
    [TestCase("public sealed partial class Variants")]
    [TestCase("public partial struct Variants")]
    [TestCase("public readonly partial struct Variants")]
    [TestCase("public ref partial struct Variants")]
    [TestCase("public partial record Variants")]
    [TestCase("public partial record struct Variants")]
    [TestCase("public partial record class Variants(int X)")]
    [TestCase("public partial interface Variants")]
    [TestCase("public partial class @class")]
    [TestCase("public partial class Größe")]
    public void EveryKindOfType(string declaration) =>
        AssertClean(VariantSource.Types($"{declaration}\n{{\n    {Causal}\n}}"), "Demo." + declaration.Split('(')[0].Split(' ')[^1].TrimStart('@') + ".Causal.g.cs");

    [Test]
    public void NestedTypes() => AssertClean(
        VariantSource.Types($$"""public partial struct A { private partial interface B { protected internal static partial class C { {{Causal}} } } }"""),
        "Demo.A.B.C.Causal.g.cs");

    [Test]
    public void GlobalNamespace() =>
        AssertClean("using FlexAttention;\npartial class Variants { " + Causal + " }", "Variants.Causal.g.cs");

    [Test]
    public void NamespaceWithKeywords() =>
        AssertClean("using FlexAttention;\nnamespace @new.Deep { partial class Variants { " + Causal + " } }", "new.Deep.Variants.Causal.g.cs");

    [TestCase("public")]
    [TestCase("internal")]
    [TestCase("private")]
    [TestCase("protected")]
    [TestCase("private protected")]
    [TestCase("protected internal")]
    [TestCase("internal protected")]
    public void EveryAccessibility(string modifiers) => AssertClean(
        VariantSource.Types("public partial class Variants { " + Causal.Replace("public", modifiers) + " }"),
        "Demo.Variants.Causal.g.cs");

    [Test]
    public void ModifiersInAnotherOrder() => AssertClean(
        VariantSource.Members(Causal.Replace("public static", "static public")), "Demo.Variants.Causal.g.cs");

    [Test]
    public void NamesAreTheUsers() => AssertClean(
        VariantSource.Members("[AttentionVariant] public static partial float @float(float x, int batch, int head, int i, int @int) => x + (@int - i);"),
        "Demo.Variants.float.g.cs");

    [TestCase("int x")]
    [TestCase("uint x")]
    [TestCase("long x")]
    [TestCase("float x")]
    [TestCase("double x")]
    [TestCase("bool x")]
    [TestCase("DayOfWeek x")]
    [TestCase("ReadOnlySpan<int> x")]
    [TestCase("ReadOnlySpan<float> x")]
    [TestCase("ReadOnlySpan<Half> x")]
    [TestCase("ReadOnlySpan<bool> x")]
    [TestCase("scoped ReadOnlySpan<bool> x")]
    [TestCase("ReadOnlySpan2D<int> x")]
    [TestCase("ReadOnlySpan3D<Half> x")]
    [TestCase("ReadOnlySpan4D<float> x")]
    [TestCase("[System.ComponentModel.Description(\"text\")] float x")]
    public void EveryTypeOfCapture(string capture) => AssertClean(VariantSource.Score("score", capture), "Demo.Variants.Score.g.cs");

    [Test]
    public void ExtensionMethod() => AssertClean(
        VariantSource.Members("[AttentionVariant] public static partial float Twice(this float score, int b, int h, int q, int kv) => score + score;"),
        "Demo.Variants.Twice.g.cs");

    [TestCase("float x = 1.5f")]
    [TestCase("float x = float.NegativeInfinity")]
    [TestCase("float x = float.NaN")]
    [TestCase("double x = 1e-300")]
    [TestCase("uint x = 4000000000")]
    [TestCase("long x = long.MinValue")]
    [TestCase("int x = int.MinValue")]
    [TestCase("bool x = true")]
    [TestCase("DayOfWeek x = DayOfWeek.Friday")]
    [TestCase("ReadOnlySpan<int> x = default")]
    public void DefaultValue_IsRepeatedWithoutAWarning(string capture)
    {
        GeneratorRun run = GeneratorRunner.Run(VariantSource.Score("score", capture) + "public static class Caller { public static float Call() => Variants.Score(1f, 0, 0, 0, 0); }");

        ImmutableArray<Diagnostic> messages = run.Output
            .WithAnalyzers([new DefaultValueSuppressor()])
            .GetAllDiagnosticsAsync().GetAwaiter().GetResult();

        Assert.That(messages.Where(static message => !message.IsSuppressed && message.Severity > DiagnosticSeverity.Info), Is.Empty);
    }

    [Test]
    public void DefaultValueOfAnotherPartialMethod_StillWarns()
    {
        GeneratorRun run = GeneratorRunner.Run("partial class C { public static partial int M(int x); public static partial int M(int x = 1) => x; }");

        ImmutableArray<Diagnostic> messages = run.Output
            .WithAnalyzers([new DefaultValueSuppressor()])
            .GetAllDiagnosticsAsync().GetAwaiter().GetResult();

        Assert.That(messages.Where(static message => !message.IsSuppressed).Select(static message => message.Id), Does.Contain("CS1066"));
    }

    [Test]
    public void NamesThatDifferByCase_GetFilesOfTheirOwn()
    {
        GeneratorRun run = GeneratorRunner.Run(VariantSource.Members(Causal + "\n" + Causal.Replace("Causal", "causal")));

        Assert.That(run.Exception, Is.Null);
        Assert.That(run.CompilerMessages(), Is.Empty);
        Assert.That(run.Sources.Keys, Is.EquivalentTo(["Demo.Variants.Causal.g.cs", "Demo.Variants.causal(2).g.cs"]));
    }

    [Test]
    public void SeveralFilesOfOneType() => AssertClean(
        VariantSource.Members(Causal), "Demo.Variants.Causal.g.cs", VariantSource.Members("public static int Other => 1;"));

    private static void AssertClean(string source, string hintName, params string[] others)
    {
        GeneratorRun run = GeneratorRunner.Run([source, .. others]);

        Assert.That(run.Exception, Is.Null);
        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.CompilerMessages(), Is.Empty);
        Assert.That(run.Sources.Keys, Is.EqualTo([hintName]));
    }
}
