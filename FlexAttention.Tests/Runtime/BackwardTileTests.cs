using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Conformance;

namespace FlexAttention.Tests.Runtime;

/// <summary>Tiles of backward calls asked for by hand.</summary>
public sealed class BackwardTileTests
{
    private static readonly TileRequest Hopper = CompilationTarget.Hopper.Request(ElementType.BFloat16, 64, blockMask: false);

    private static readonly TileRequest Ampere = CompilationTarget.Ampere.Request(ElementType.BFloat16, 64, blockMask: false);

    /// <summary>On the GPU with the least shared memory, too.</summary>
    [Test]
    public void EveryHeadDimension_HasATileThatFits(
        [Values("sm_80", "sm_89", "sm_90a")] string target, [Values(ElementType.Float16, ElementType.Float32)] ElementType element)
    {
        for (int headDim = 16; headDim <= 256; headDim += 16)
        {
            TileRequest request = CompilationTarget.Find(target).Request(element, headDim, blockMask: false);

            TileConfig tile = BackwardTiles.Choose(in request);

            Assert.That(BackwardTiles.Candidates(request).First(), Is.EqualTo(tile));
            Assert.That(BackwardTiles.Fits(in tile, in request), $"{headDim}: {tile}");
        }
    }

    [Test]
    public void WellFormedTiles_AreTaken()
    {
        Assert.That(BackwardTiles.Choose(Ampere, new TileOverride(32, 64, 4, 2)), Is.EqualTo(new TileConfig(32, 64, 4, 2)));
        Assert.That(
            BackwardTiles.Choose(Hopper, new TileOverride(64, 128, 12, 2) { Family = KernelFamily.Hopper }),
            Is.EqualTo(TileConfig.HopperBackward(64, 128)));
    }

    [TestCase(48, 64, 4, 2)]
    [TestCase(64, 32, 2, 1)]
    [TestCase(64, 64, 8, 1)]
    [TestCase(64, 64, 4, 3)]
    [TestCase(16, 128, 1, 1)]
    public void TileOfAnotherForm(int blockM, int blockN, int warps, int stages) =>
        AssertRefused(Ampere, new TileOverride(blockM, blockN, warps, stages), "is not a tile of the backward kernels");

    [TestCase(128, 64, 8)]
    [TestCase(64, 128, 8)]
    [TestCase(64, 192, 16)]
    public void HopperTileOfAnotherForm(int blockM, int blockN, int warps) =>
        AssertRefused(Hopper, new TileOverride(blockM, blockN, warps, 2) { Family = KernelFamily.Hopper }, "is not a tile");

    [Test]
    public void HopperTileWhereItCannotRun()
    {
        TileOverride tile = new(64, 128, 12, 2) { Family = KernelFamily.Hopper };
        AssertRefused(Ampere, tile, "compute capability 9.0");
        AssertRefused(Hopper with { Aligned = false }, tile, "16-byte boundaries");
        AssertRefused(Hopper with { HeadDim = 192 }, tile, "up to 128");
    }

    [Test]
    public void OptionsOfForwardTiles() =>
        AssertRefused(Hopper, new TileOverride(64, 128, 12, 2) { Family = KernelFamily.Hopper, Persistent = true }, "forward calls only");

    [Test]
    public void TileThatDoesNotFit() =>
        AssertRefused(Ampere with { HeadDim = 256, ValueDim = 256 }, new TileOverride(64, 128, 4, 2), "bytes of shared memory");

    private static void AssertRefused(TileRequest request, TileOverride tile, string reason) => Assert.That(
        () => BackwardTiles.Choose(request, tile),
        Throws.ArgumentException.With.Property("ParamName").EqualTo("Tile").And.Message.Contains(reason));
}
