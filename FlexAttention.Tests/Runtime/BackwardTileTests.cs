using FlexAttention.Compilation;
using FlexAttention.Execution;

namespace FlexAttention.Tests.Runtime;

/// <summary>Tiles of backward calls asked for by hand.</summary>
public sealed class BackwardTileTests
{
    private static readonly TileRequest Hopper = new(ElementType.BFloat16, 64, 64, 232_448) { Architecture = GpuArchitecture.Sm90a, Aligned = true };

    private static readonly TileRequest Ampere = Hopper with { Architecture = GpuArchitecture.Sm80, SharedLimit = 166_912 };

    /// <summary>On the GPU with the least shared memory, too.</summary>
    [Test]
    public void EveryHeadDimension_HasATileThatFits(
        [Values(101_376, 166_912, 232_448)] int sharedLimit, [Values(ElementType.Float16, ElementType.Float32)] ElementType element)
    {
        for (int headDim = 16; headDim <= 256; headDim += 16)
        {
            TileRequest request = (sharedLimit > 200_000 ? Hopper : Ampere) with
            {
                Element = element,
                HeadDim = headDim,
                ValueDim = headDim,
                SharedLimit = sharedLimit,
            };

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
