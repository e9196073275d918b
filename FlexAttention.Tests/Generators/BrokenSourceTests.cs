using System.Globalization;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace FlexAttention.Tests.Generators;

/// <summary>The generator runs on every keystroke, mostly on source that does not compile: it must never throw.</summary>
public sealed class BrokenSourceTests
{
    private const string Good =
        """
        using System;
        using FlexAttention;

        namespace Demo;

        public enum Kind { Near, Far = 3 }

        public static partial class Variants
        {
            private const int Window = 128;

            [AttentionVariant]
            public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

            [AttentionVariant]
            public static partial bool Document(int b, int h, int q, int kv, ReadOnlySpan<int> ids) =>
                ids[q] == ids[kv] && Causal(b, h, q, kv);

            [AttentionVariant(Mask = nameof(Document))]
            public static partial float Bias(
                float score, int b, int h, int q, int kv, ReadOnlySpan2D<Half> table, ReadOnlySpan<int> ids, float cap = 30f)
            {
                int distance = Math.Clamp(kv - q, -Window, Window);
                float sum = 0f;
                for (int i = 0; i < 4; i++)
                    sum += (float)table[h, i] * MathF.Sin(distance * 0.5f);
                (float low, float high) = (sum - 1f, sum + 1f);
                if (distance > 0)
                    sum = low;
                else
                    sum += high;
                float scaled = (Kind)ids[q] switch { Kind.Near => sum, Kind.Far => -sum, _ => Twice(sum) };
                return cap * MathF.Tanh((score + scaled) / cap);
            }

            private static float Twice(float x) => x + x;
        }
        """;

    [TestCase("")]
    [TestCase("[AttentionVariant")]
    [TestCase("[AttentionVariant(Mask = )] public static partial float S(float score, int b, int h, int q, int kv) => score;")]
    [TestCase("[AttentionVariant(Mask = nameof())] public static partial float S(float score, int b, int h, int q, int kv) => score;")]
    [TestCase("[AttentionVariant(Mask = null)] public static partial float S(float score, int b, int h, int q, int kv) => score;")]
    [TestCase("[AttentionVariant(Mask = 3)] public static partial float S(float score, int b, int h, int q, int kv) => score;")]
    [TestCase("[AttentionVariant(Mask = \"S\")] public static partial float S(float score, int b, int h, int q, int kv) => score;")]
    [TestCase("[AttentionVariant(Mask = \"\")] public static partial float S(float score, int b, int h, int q, int kv) => score;")]
    [TestCase("[AttentionVariant, AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv) =>")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => missing;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv) { while (true) { } }")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv) { }")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv, Missing x) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv, ReadOnlySpan<Missing> x) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int b, int q, int kv, int x, float x) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv, int, int) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int x, int h, int q, int kv, int x) => x > 0;")]
    [TestCase("[AttentionVariant] public static partial bool (int b, int h, int q, int kv) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int, int, int, int) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(__arglist) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => true; [AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => true;")]
    [TestCase("[AttentionVariant] public static partial Missing M(int b, int h, int q, int kv) => true;")]
    [TestCase("[AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => M(b, h, q, kv);")]
    [TestCase("[AttentionVariant] static Variants() { }")]
    [TestCase("[AttentionVariant] public static bool operator +(Variants a, Variants b) => true;")]
    [TestCase("[AttentionVariant] public int Field;")]
    public void HalfTypedMember_NeverThrows(string member) => AssertSurvives(VariantSource.Members(member));

    [TestCase("using FlexAttention; [AttentionVariant] partial bool M(int b, int h, int q, int kv) => true;")]
    [TestCase("using FlexAttention; [AttentionVariant] static bool M(int b, int h, int q, int kv) => true;")]
    [TestCase("using FlexAttention; partial class { [AttentionVariant] static partial bool M(int b, int h, int q, int kv) => true; }")]
    [TestCase("using FlexAttention; partial enum E { [AttentionVariant] A }")]
    [TestCase("using FlexAttention; namespace A.; partial class C { [AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => true; }")]
    public void HalfTypedFile_NeverThrows(string source) => AssertSurvives(source);

    [Test]
    public void GoodSource_IsGood()
    {
        GeneratorRun run = GeneratorRunner.Run(Good);

        Assert.That(run.Diagnostics, Is.Empty);
    }

    [Test]
    public void RandomTokensDeleted_NeverThrows([Range(0, 39)] int seed)
    {
        var random = new Random(seed);
        List<SyntaxToken> tokens = [.. CSharpSyntaxTree.ParseText(Good).GetRoot().DescendantTokens()];
        int count = random.Next(1, 6);
        for (int i = 0; i < count; i++)
            tokens.RemoveAt(random.Next(tokens.Count));

        AssertSurvives(string.Concat(tokens.Select(static token => token.ToFullString())));
    }

    [Test]
    public void RandomTokensSwapped_NeverThrows([Range(100, 139)] int seed)
    {
        var random = new Random(seed);
        string[] tokens = [.. CSharpSyntaxTree.ParseText(Good).GetRoot().DescendantTokens().Select(static token => token.ToFullString())];
        int count = random.Next(1, 4);
        for (int i = 0; i < count; i++)
            tokens[random.Next(tokens.Length)] = tokens[random.Next(tokens.Length)];

        AssertSurvives(string.Concat(tokens));
    }

    private static void AssertSurvives(string source)
    {
        GeneratorRun run = GeneratorRunner.Run(source);

        Assert.That(run.Exception, Is.Null, source);
        Assert.That(run.Diagnostics.Where(static diagnostic => diagnostic.Id == "FLEX0099").Select(Message), Is.Empty, source);
        Assert.That(ErrorsOfTheGenerator(run), Is.Empty, source);
    }

    /// <summary>Errors in generated files, where the user's files have none and the generator reported none.</summary>
    private static IEnumerable<Diagnostic> ErrorsOfTheGenerator(GeneratorRun run)
    {
        if (run.Diagnostics.Count > 0 || run.Output.SyntaxTrees.First().GetDiagnostics().Any())
            return [];
        ILookup<bool, Diagnostic> errors = run.CompilerMessages()
            .Where(static message => message.Severity == DiagnosticSeverity.Error)
            .ToLookup(static error => error.Location.SourceTree?.FilePath.EndsWith(".g.cs", StringComparison.Ordinal) ?? false);
        return errors[false].Any() ? [] : errors[true];
    }

    private static string Message(Diagnostic diagnostic) => diagnostic.GetMessage(CultureInfo.InvariantCulture);
}
