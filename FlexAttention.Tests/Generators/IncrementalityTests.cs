using FlexAttention.Generators;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Tests.Generators;

/// <summary>What the generator does again after an edit, by the reasons that the compiler records for each stage.</summary>
public sealed class IncrementalityTests
{
    private const string Variants =
        """
        using FlexAttention;

        public static partial class Variants
        {
            [AttentionVariant]
            public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;

            [AttentionVariant(Mask = nameof(Causal))]
            public static partial float Bias(float score, int b, int h, int q, int kv, float bias) => score + bias;
        }
        """;

    private const string Elsewhere = "public static class Elsewhere { public static int Answer => 42; }";

    [Test]
    public void FirstRun_ComputesEverything()
    {
        GeneratorRun run = GeneratorRunner.Run(Variants, Elsewhere);

        Assert.That(run.Reasons(TrackingNames.Emit), Is.EqualTo([IncrementalStepRunReason.New, IncrementalStepRunReason.New]));
    }

    [TestCase("// A comment.\npublic static class Elsewhere { public static int Answer => 42; }")]
    [TestCase("public static class Elsewhere { public static int Answer => 6 * 7; public static int Question => 0; }")]
    [TestCase("")]
    [TestCase("public static class Else where {")]
    public void EditOfAnotherFile_RunsNoStageAgain(string edited)
    {
        var runner = new GeneratorRunner(Variants, Elsewhere);
        runner.Run();

        GeneratorRun run = runner.Edit("File1.cs", edited).Run();

        AssertUnchanged(run);
    }

    [Test]
    public void NewFile_RunsNoStageAgain()
    {
        var runner = new GeneratorRunner(Variants, Elsewhere);
        runner.Run();

        AssertUnchanged(runner.Edit("File2.cs", "public sealed class Another;").Run());
    }

    [Test]
    public void CommentAfterTheVariants_RunsNoStageAgain()
    {
        var runner = new GeneratorRunner(Variants, Elsewhere);
        runner.Run();

        AssertUnchanged(runner.Edit("File0.cs", Variants + "\n// The end.\n").Run());
    }

    [Test]
    public void EditOfOneVariant_EmitsOnlyThatOneAgain()
    {
        var runner = new GeneratorRunner(Variants, Elsewhere);
        runner.Run();

        GeneratorRun run = runner.Edit("File0.cs", Variants.Replace("score + bias", "score - bias")).Run();

        Assert.That(
            run.Reasons(TrackingNames.Emit),
            Is.EqualTo([IncrementalStepRunReason.Cached, IncrementalStepRunReason.Modified]));
    }

    [Test]
    public void EditOfAMask_EmitsTheScoreThatNamesItToo()
    {
        var runner = new GeneratorRunner(Variants, Elsewhere);
        runner.Run();

        GeneratorRun run = runner.Edit("File0.cs", Variants.Replace("kv <= q", "kv < q")).Run();

        Assert.That(
            run.Reasons(TrackingNames.Emit),
            Is.EqualTo([IncrementalStepRunReason.Modified, IncrementalStepRunReason.Modified]));
    }

    [Test]
    public void MethodInAnotherFile_EmitsItsCallerAgain()
    {
        const string Caller = "using FlexAttention; public static partial class C { [AttentionVariant] public static partial bool M(int b, int h, int q, int kv) => Rule.Keep(q, kv); }";
        const string Rule = "public static class Rule { public static bool Keep(int q, int kv) => kv <= q; }";
        var runner = new GeneratorRunner(Caller, Rule);
        runner.Run();

        GeneratorRun run = runner.Edit("File1.cs", Rule.Replace("<=", ">=")).Run();

        Assert.That(run.Reasons(TrackingNames.Emit), Is.EqualTo([IncrementalStepRunReason.Modified]));
    }

    [Test]
    public void DiagnosticThatMoves_EmitsNothingAgain()
    {
        const string Wrong = "using FlexAttention; public static partial class C { [AttentionVariant] public static partial int M(int b) => b; }";
        var runner = new GeneratorRunner(Wrong);
        runner.Run();

        GeneratorRun run = runner.Edit("File0.cs", "\n" + Wrong).Run();

        Assert.That(run.Reasons(TrackingNames.Diagnostics), Is.EqualTo([IncrementalStepRunReason.Modified]));
        Assert.That(run.Reasons(TrackingNames.Emit), Is.EqualTo([IncrementalStepRunReason.Cached]));
    }

    // Parse has to look again, because it reads symbols; that it finds the same stops everything after it.
    private static void AssertUnchanged(GeneratorRun run)
    {
        Assert.That(run.Reasons(TrackingNames.Parse), Is.Not.Empty);
        Assert.That(run.Reasons(TrackingNames.Parse), Is.All.AnyOf(IncrementalStepRunReason.Unchanged, IncrementalStepRunReason.Cached));
        Assert.That(run.Reasons(TrackingNames.Emit), Is.Not.Empty);
        Assert.That(run.Reasons(TrackingNames.Emit), Is.All.EqualTo(IncrementalStepRunReason.Cached));
        Assert.That(run.OutputReasons(), Is.Not.Empty);
        Assert.That(run.OutputReasons(), Is.All.EqualTo(IncrementalStepRunReason.Cached));
    }
}
