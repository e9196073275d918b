using BigGustave;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Pictures;

/// <summary>Variants as images of their scores.</summary>
public sealed class ScoreMapTests
{
    [Test]
    public void EveryPair_HasTheScoreOfTheMethod()
    {
        float[] slopes = [0.5f, 0.25f];
        ScoreMap map = PositionBiases.AlibiKernel.CreateScoreMap(batch: 0, head: 1, queryLength: 7, keyLength: 5, slopes, score: 2f);

        Assert.That((map.Queries, map.Keys, map.Step), Is.EqualTo((7, 5, 1)));
        for (int q = 0; q < 7; q++)
        {
            for (int kv = 0; kv < 5; kv++)
            {
                float expected = CausalMasks.Causal(0, 1, q, kv) ? PositionBiases.Alibi(2f, 0, 1, q, kv, slopes) : float.NegativeInfinity;
                Assert.That(map[q, kv], Is.EqualTo(expected), $"({q}, {kv})");
            }
        }

        Assert.That((map.Lowest, map.Highest), Is.EqualTo((0.5f, 2f)));
    }

    [Test]
    public void Svg_ShowsRejectedPairsGreyAndTheHighestScoreYellow()
    {
        string svg = PositionBiases.AlibiKernel.CreateScoreMap(0, 0, 3, 3, new float[] { 1f }).ToSvg();

        Assert.That(svg, Does.StartWith("<svg ").And.EndWith("</svg>\n"));
        Assert.That(svg, Does.Contain("<rect width=\"3\" height=\"3\" fill=\"#e8eaed\"/>"));
        Assert.That(svg, Does.Contain("<rect x=\"2\" y=\"2\" width=\"1\" height=\"1\" fill=\"#fde725\"/>"));
        Assert.That(svg, Does.Contain("<rect x=\"0\" y=\"2\" width=\"1\" height=\"1\" fill=\"#440154\"/>"));
    }

    [Test]
    public void ScoresFartherApartThanAFloatHolds_HaveTheirColors()
    {
        string svg = CliffVariants.CliffKernel.CreateScoreMap(0, 0, 1, 3, score: 3e38f).ToSvg();

        Assert.That(svg, Does.Contain("<rect x=\"0\" y=\"0\" width=\"1\" height=\"1\" fill=\"#fde725\"/>"));
        Assert.That(svg, Does.Contain("<rect x=\"1\" y=\"0\" width=\"1\" height=\"1\" fill=\"#21918c\"/>"));
        Assert.That(svg, Does.Contain("<rect x=\"2\" y=\"0\" width=\"1\" height=\"1\" fill=\"#440154\"/>"));
    }

    [Test]
    public void LongSequences_AreSampled()
    {
        ScoreMap map = CausalMasks.CausalKernel.CreateScoreMap(0, 0, 5000, 3001);

        Assert.That((map.Step, map.Queries, map.Keys), Is.EqualTo((5, 1000, 601)));
        Assert.That((map[100, 100], map[100, 101]), Is.EqualTo((0f, float.NegativeInfinity)));
    }

    [Test]
    public void Png_IsAnImage([Values(0, 40)] int length)
    {
        using var stream = new MemoryStream();
        CausalMasks.CausalKernel.CreateScoreMap(0, 0, length, length).SavePng(stream);

        Assert.That(stream.ToArray()[1..4], Is.EqualTo("PNG"u8.ToArray()));
    }

    [Test]
    public void Png_TellsManyScoresApart()
    {
        using var stream = new MemoryStream();
        ScoreMap map = PositionBiases.AlibiKernel.CreateScoreMap(0, 0, 64, 64, new float[] { 1f });
        map.SavePng(stream);
        stream.Position = 0;
        Png png = Png.Open(stream);

        Assert.That(Enumerable.Range(0, 64).Select(kv => png.GetPixel(kv * 8, 63 * 8)).Distinct().Count(), Is.GreaterThan(60));
    }

    [Test]
    public void NegativeHead_IsRefused() => Assert.That(
        () => CausalMasks.CausalKernel.CreateScoreMap(0, -1, 4, 4),
        Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("head"));
}
