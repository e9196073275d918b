using System.Globalization;
using FlexAttention.Tests.Lowering;

namespace FlexAttention.Tests.Emit;

/// <summary>What the generator writes does not depend on the language of the machine that it runs on.</summary>
public class CultureTests
{
    private static readonly string Source = VariantSource.Members(
        """
        [AttentionVariant]
        public static partial float Score(float score, int b, int h, int q, int kv, float scale)
        {
            for (int i = kv; i > 0; i -= 3)
                score += i * scale - 0.5f;
            return score;
        }
        """);

    [Test]
    public void GeneratedCode_IsTheSameInACultureWithAnotherMinus() =>
        Assert.That(WithUnicodeMinus(Generate), Is.EqualTo(Generate()).And.Not.Empty);

    [Test]
    public void PrintedFunction_IsTheSameInACultureWithAnotherMinus() =>
        Assert.That(WithUnicodeMinus(Print), Is.EqualTo(Print()).And.Contains("i += -3"));

    [Test]
    public void Diagnostic_IsTheSameInACultureWithAnotherMinus() =>
        Assert.That(WithUnicodeMinus(Report), Is.EqualTo(Report()).And.Contains("no element -1"));

    private static string Generate() =>
        string.Join("\n", GeneratorRunner.Run(Source).Sources.Values);

    private static string Print() => LoweredVariant.Create(Source).Text;

    private static string Report() =>
        GeneratorRunner.Run(VariantSource.Mask("ids[-1] > 0", "ReadOnlySpan<int> ids")).Diagnostics.Single()
            .GetMessage(CultureInfo.InvariantCulture);

    private static string WithUnicodeMinus(Func<string> write)
    {
        CultureInfo before = CultureInfo.CurrentCulture;
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        CultureInfo.CurrentCulture = culture;
        try
        {
            return write();
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }
}
