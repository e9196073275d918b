using Microsoft.CodeAnalysis;

namespace FlexAttention.Tests.Generators;

/// <summary>FLEX0016 to FLEX0019: a score variant and the mask it names.</summary>
public sealed class MaskDiagnosticTests
{
    [TestCase("{|\"Casual\"|}")]
    [TestCase("{|nameof(String.Trim)|}")]
    public void UnknownMask(string name) => new MarkedSource(VariantSource.Members(
        $$"""
        [AttentionVariant] public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;
        [AttentionVariant(Mask = {{name}})] public static partial float Score(float score, int b, int h, int q, int kv) => score;
        """)).AssertReports("FLEX0016");

    [Test]
    public void MaskOfAnotherType() => new MarkedSource(VariantSource.Types(
        """
        public static partial class Masks
        {
            [AttentionVariant] public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;
        }

        public static partial class Variants
        {
            [AttentionVariant(Mask = {|nameof(Masks.Causal)|})]
            public static partial float Score(float score, int b, int h, int q, int kv) => score;
        }
        """)).AssertReports("FLEX0016");

    [Test]
    public void MaskThatIsNotMarked()
    {
        var source = new MarkedSource(VariantSource.Members(
            """
            public static bool Causal(int b, int h, int q, int kv) => kv <= q;
            [AttentionVariant(Mask = {|nameof(Causal)|})]
            public static partial float Score(float score, int b, int h, int q, int kv) => score;
            """));

        Assert.That(source.AssertReports("FLEX0017").GetMessage(), Does.Contain("is not marked"));
    }

    [Test]
    public void MaskThatIsAScore()
    {
        var source = new MarkedSource(VariantSource.Members(
            """
            [AttentionVariant] public static partial float Other(float score, int b, int h, int q, int kv) => score;
            [AttentionVariant(Mask = {|nameof(Other)|})]
            public static partial float Score(float score, int b, int h, int q, int kv) => score;
            """));

        Assert.That(source.AssertReports("FLEX0017").GetMessage(), Does.Contain("returns float"));
    }

    [Test]
    public void MaskOfAMask() => new MarkedSource(VariantSource.Members(
        """
        [AttentionVariant] public static partial bool Causal(int b, int h, int q, int kv) => kv <= q;
        [AttentionVariant(Mask = {|nameof(Causal)|})] public static partial bool Even(int b, int h, int q, int kv) => kv % 2 == 0;
        """)).AssertReports("FLEX0018");

    [Test]
    public void CapturesThatDiffer()
    {
        var source = new MarkedSource(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial bool Window(int b, int h, int q, int kv, int window) => q - kv < window;
            [AttentionVariant(Mask = nameof(Window))]
            public static partial float Score(float score, int b, int h, int q, int kv, float {|window|}) => score * window;
            """));

        string message = source.AssertReports("FLEX0019").GetMessage();

        Assert.That(message, Does.Contain("'float' in 'Score'").And.Contain("'int' in its mask 'Window'"));
    }

    [Test]
    public void MaskWithAnError_IsReportedOnce()
    {
        Diagnostic diagnostic = new MarkedSource(VariantSource.Members(
            """
            [AttentionVariant]
            public static partial bool Causal(int b, int h, {|long q|}, int kv) => kv <= q;
            [AttentionVariant(Mask = nameof(Causal))]
            public static partial float Score(float score, int b, int h, int q, int kv) => score;
            """)).AssertReports("FLEX0010");

        Assert.That(diagnostic.GetMessage(), Does.Contain("Causal"));
    }
}
