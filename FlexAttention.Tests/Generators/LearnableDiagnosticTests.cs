using FlexAttention.Tests.Infrastructure;
using Microsoft.CodeAnalysis;

namespace FlexAttention.Tests.Generators;

/// <summary>What cannot learn, at the attribute that says that it should.</summary>
public sealed class LearnableDiagnosticTests
{
    [TestCase("score + x", "int x")]
    [TestCase("score + x", "long x")]
    [TestCase("x ? score : 0", "bool x")]
    [TestCase("score + x[q]", "ReadOnlySpan<int> x")]
    [TestCase("x[h, q] ? score : 0", "ReadOnlySpan2D<bool> x")]
    public void TypeWithoutAGradient(string score, string capture) =>
        new MarkedSource(VariantSource.Score(score, $"[{{|Learnable|}}] {capture}")).AssertReports("FLEX0021");

    [TestCase("[{|Learnable|}] float score, int b, int h, int q, int kv", "the score")]
    [TestCase("float score, int b, [{|Learnable|}] int h, int q, int kv", "an index")]
    public void ParameterThatIsNoCapture(string parameters, string what)
    {
        Diagnostic diagnostic = new MarkedSource(VariantSource.Members(
            $"[AttentionVariant]\npublic static partial float Score({parameters}) => score;")).AssertReports("FLEX0021");

        Assert.That(diagnostic.GetMessage(), Does.Contain(what));
    }

    [TestCase("score", "float x")]
    [TestCase("kv < x ? score : 0", "float x")]
    [TestCase("score + (int)x", "double x")]
    [TestCase("score + MathF.Floor(x[h])", "ReadOnlySpan<float> x")]
    [TestCase("score + kv * Math.Sign(x)", "float x")]
    public void NothingToLearn(string score, string capture) =>
        new MarkedSource(VariantSource.Score(score, $"[{{|Learnable|}}] {capture}")).AssertReports("FLEX0022");

    [Test]
    public void CaptureOfAMask() =>
        new MarkedSource(VariantSource.Mask("kv < q - x", "[{|Learnable|}] float x")).AssertReports("FLEX0022");

    [TestCase("score * x", "float x")]
    [TestCase("(float)(score + x)", "double x")]
    [TestCase("score + (float)x[h, q - kv]", "ReadOnlySpan2D<Half> x")]
    [TestCase("kv < x ? score : x", "float x")]
    public void WhatCanLearn(string score, string capture)
    {
        GeneratorRun run = GeneratorRunner.Run(VariantSource.Score(score, $"[Learnable] {capture}"));

        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.CompilerMessages(), Is.Empty);
    }

    /// <summary>The mask's parameter of the same name need not be marked.</summary>
    [Test]
    public void CaptureThatScoreAndMaskShare()
    {
        GeneratorRun run = GeneratorRunner.Run(VariantSource.Members(
            """
                [AttentionVariant]
                public static partial bool Near(int b, int h, int q, int kv, float width) => q - kv < width;

                [AttentionVariant(Mask = nameof(Near))]
                public static partial float Score(float score, int b, int h, int q, int kv, [Learnable] float width) => score / width;
            """));

        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.CompilerMessages(), Is.Empty);
    }
}
