using FlexAttention.Benchmarks.Suites.Tune;

namespace FlexAttention.Benchmarks.Tests;

public sealed class TileTextTests
{
    [TestCase("128x128")]
    [TestCase("192x128,persistent")]
    [TestCase("128x80,stages=3,lazy")]
    [TestCase("64x128,persistent,lazy,packed")]
    [TestCase("128x64,warps=4,stages=1")]
    public void Format_GivesBackWhatWasParsed(string text) => Assert.That(TileText.Format(TileText.Parse(text)), Is.EqualTo(text));

    [Test]
    public void Parse_TakesWarpsForTheOlderKernel()
    {
        Assert.That(TileText.Parse("128x64,warps=4").Family, Is.EqualTo(KernelFamily.Ampere));
        Assert.That(TileText.Parse("128x64").Family, Is.EqualTo(KernelFamily.Hopper));
    }

    [TestCase("128")]
    [TestCase("128x")]
    [TestCase("128x64,fast")]
    [TestCase("128x64,warps")]
    public void ErrorIn_NamesTheText(string text) => Assert.That(TileText.ErrorIn(text), Does.Contain($"'{text}'"));
}
