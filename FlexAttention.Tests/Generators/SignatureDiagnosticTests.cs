using Microsoft.CodeAnalysis;

namespace FlexAttention.Tests.Generators;

/// <summary>FLEX0009 to FLEX0013: return type, index parameters and captures.</summary>
public sealed class SignatureDiagnosticTests
{
    [TestCase("double")]
    [TestCase("int")]
    [TestCase("string")]
    public void ReturnType(string type) => new MarkedSource(VariantSource.Members(
        $"[AttentionVariant] public static partial {{|{type}|}} Score(float score, int b, int h, int q, int kv) => default!;"))
        .AssertReports("FLEX0009");

    [Test]
    public void VoidReturnType() => new MarkedSource(VariantSource.Members(
        "[AttentionVariant] public static partial {|void|} Score(float score, int b, int h, int q, int kv) { }")).AssertReports("FLEX0009");

    [TestCase("float", "float score, int b, int h, int q, {|long kv|}", "'long kv' stands where 'int kv' belongs")]
    [TestCase("float", "{|int b|}, int h, int q, int kv", "'int b' stands where 'float score' belongs")]
    [TestCase("float", "{|double score|}, int b, int h, int q, int kv", "'double score' stands where 'float score' belongs")]
    [TestCase("bool", "int b, int h, {|uint q|}, int kv", "'uint q' stands where 'int q' belongs")]
    [TestCase("bool", "{|float score|}, int b, int h, int q, int kv", "'float score' stands where 'int b' belongs")]
    [TestCase("bool", "int b, int h, int q{|)|}", "'int kv' is missing")]
    [TestCase("float", "{|)|}", "'float score' is missing")]
    public void IndexParameters(string type, string parameters, string found)
    {
        string end = parameters.EndsWith("|}", StringComparison.Ordinal) && parameters.Contains("{|)") ? "" : ")";
        var source = new MarkedSource(VariantSource.Members(
            $"[AttentionVariant] public static partial {type} Variant({parameters}{end} => default;"));

        Diagnostic diagnostic = source.AssertReports("FLEX0010");

        Assert.That(diagnostic.GetMessage(), Does.Contain(found).And.Contain("int b, int h, int q, int kv"));
    }

    [TestCase("{|ref|} float x")]
    [TestCase("{|in|} float x")]
    [TestCase("{|ref|} readonly float x")]
    [TestCase("{|params|} ReadOnlySpan<float> x")]
    public void ByReference(string capture) => new MarkedSource(VariantSource.Score("score", capture)).AssertReports("FLEX0011");

    [Test]
    public void OutParameter() => new MarkedSource(VariantSource.Members(
        """
        [AttentionVariant]
        public static partial float Score(float score, int b, int h, int q, int kv, {|out|} int x)
        {
            x = 0;
            return score;
        }
        """)).AssertReports("FLEX0011");

    [TestCase("{|string|} x", "numbers")]
    [TestCase("{|float[]|} x", "ReadOnlySpan<T>")]
    [TestCase("{|float[,]|} x", "ReadOnlySpan2D<T>")]
    [TestCase("{|Span<float>|} x", "ReadOnlySpan<T>")]
    [TestCase("{|ReadOnlySpan<double>|} x", "int, float, Half, bool")]
    [TestCase("{|ReadOnlySpan2D<byte>|} x", "int, float, Half, bool")]
    [TestCase("{|DayOfWeek?|} x", "int, uint, long")]
    [TestCase("{|Half|} x", "int, uint, long")]
    [TestCase("{|(int, int)|} x", "int, uint, long")]
    [TestCase("{|Base64FormattingOptions[]|} x", "ReadOnlySpan<T>")]
    public void CaptureType(string capture, string advice)
    {
        Diagnostic diagnostic = new MarkedSource(VariantSource.Score("score", capture)).AssertReports("FLEX0012");

        Assert.That(diagnostic.GetMessage(), Does.Contain(advice));
    }

    [Test]
    public void EnumThatIsNotAnInt() => new MarkedSource(VariantSource.Types(
        """
        public enum Small : byte { A, B }

        public static partial class Variants
        {
            [AttentionVariant]
            public static partial float Score(float score, int b, int h, int q, int kv, {|Small|} kind) => score;
        }
        """)).AssertReports("FLEX0012");

    [TestCase("k", "Forward")]
    [TestCase("v", "Forward")]
    [TestCase("options", "Forward")]
    [TestCase("output", "Forward")]
    [TestCase("dOutput", "Backward")]
    [TestCase("heads", "CreateBlockMask")]
    [TestCase("keyLength", "CreateBlockMask")]
    public void CaptureWithTheNameOfAnArgumentOfTheKernel(string name, string method)
    {
        Diagnostic diagnostic = new MarkedSource(VariantSource.Score("score", $"int {{|{name}|}}")).AssertReports("FLEX0013");

        Assert.That(diagnostic.GetMessage(), Does.Contain($"ScoreKernel.{method}"));
    }
}
