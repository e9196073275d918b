using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Conformance;

namespace FlexAttention.Tests.Runtime;

/// <summary>The tiles of the Hopper kernel: their sizes, and who may ask for them.</summary>
public sealed class HopperForwardTileTests
{
    private static readonly TileRequest OnHopper = CompilationTarget.Hopper.Request(ElementType.BFloat16, 128, blockMask: false);

    [Test]
    public void EveryHeadDimension_HasATileThatFits([Values] bool blockMask)
    {
        for (int headDim = 16; headDim <= 256; headDim += 16)
        {
            TileRequest request = OnHopper with { HeadDim = headDim, ValueDim = headDim, BlockMask = blockMask };
            TileConfig first = HopperForwardTiles.For(in request)[0];
            Assert.That(HopperForwardTiles.Fits(in first, in request), $"{headDim}: {first}");
        }
    }

    [TestCase(128, 128, false, 64, ExpectedResult = 1024 + (16 + 2 * 32) * 1024)]
    [TestCase(192, 128, true, 64, ExpectedResult = 1024 + (48 + 2 * 32) * 1024)]
    [TestCase(128, 80, false, 256, ExpectedResult = 1024 + (64 + 160) * 1024)]
    [TestCase(128, 64, false, 72, ExpectedResult = 1024 + (32 + 2 * 32) * 1024, Description = "padded to 128")]
    public int SharedMemory_IsWhatTheKernelLaysOut(int blockM, int blockN, bool persistent, int headDim) =>
        HopperForwardTiles.SharedBytes(TileConfig.Hopper(blockM, blockN, persistent: persistent), headDim, headDim);

    [Test]
    public void ValueDimensionOfItsOwn_SharesTheQueriesPlace() =>
        Assert.That(
            HopperForwardTiles.SharedBytes(TileConfig.Hopper(128, 64), headDim: 128, valueDim: 192),
            Is.EqualTo(1024 + (128 * 192 * 2) + (2 * 64 * (128 + 192) * 2)));

    [TestCase(true, ElementType.Float16, KernelFamily.Hopper)]
    [TestCase(true, ElementType.Float32, KernelFamily.Ampere)]
    [TestCase(false, ElementType.Float16, KernelFamily.Ampere)]
    public void Kernel_FollowsFromTheElementsAndRows(bool aligned, ElementType element, KernelFamily family)
    {
        TileRequest request = OnHopper with { Aligned = aligned, Element = element };

        Assert.That(ForwardTiles.Choose(in request).Family, Is.EqualTo(family));
        Assert.That(ForwardTiles.Candidates(request).Select(tile => tile.Family), Does.Contain(KernelFamily.Ampere), "the last resort");
    }

    [Test]
    public void FewQueries_TakeATileOfFewRows([Values(16, 64, 128, 192, 256)] int headDim, [Values] bool packHeads)
    {
        TileRequest request = OnHopper with { HeadDim = headDim, ValueDim = headDim, FewQueries = true, PackHeads = packHeads };
        TileConfig tile = ForwardTiles.Choose(in request);

        Assert.That((tile.PackHeads, tile.SplitKeys, tile.BlockM), Is.EqualTo((packHeads, true, HopperForwardTiles.FewRows)));
    }

    [TestCase(132, 256, ExpectedResult = 1, Description = "all are busy")]
    [TestCase(264, 256, ExpectedResult = 1)]
    [TestCase(8, 256, ExpectedResult = 16, Description = "128 of 132")]
    [TestCase(66, 64, ExpectedResult = 2)]
    [TestCase(1, 1024, ExpectedResult = 132)]
    [TestCase(1, 8, ExpectedResult = 4, Description = "two tiles of keys a part")]
    [TestCase(1, 3, ExpectedResult = 1)]
    [TestCase(1, 0, ExpectedResult = 1)]
    [TestCase(133, 256, ExpectedResult = 3, Description = "one tile more than multiprocessors: 4 rounds of a third instead of 2")]
    public int Keys_AreSplitUntilAllAreBusy(int tiles, int keyTiles) => KeySplit.Parts(tiles, keyTiles, multiprocessors: 132);

    [Test]
    public void SplitKeysByHand_NeedFewQueries()
    {
        TileOverride tile = TileOverride.Hopper(64, 64) with { SplitKeys = true };

        Assert.That(ForwardTiles.Choose(OnHopper with { FewQueries = true }, tile).SplitKeys);
        Assert.That(
            Assert.Throws<ArgumentException>(() => ForwardTiles.Choose(in OnHopper, tile))!.Message, Does.Contain("no more queries than that"));
    }

    [Test]
    public void PackedHeadsByHand_NeedFewQueries()
    {
        TileOverride tile = TileOverride.Hopper(64, 64) with { PackHeads = true };

        Assert.That(ForwardTiles.Choose(OnHopper with { PackHeads = true }, tile).PackHeads);
        Assert.That(
            Assert.Throws<ArgumentException>(() => ForwardTiles.Choose(in OnHopper, tile))!.Message, Does.Contain("no more queries than that"));
    }

    [TestCase(64, 8)]
    [TestCase(128, 12)]
    [TestCase(192, 16)]
    public void Warps_AreThoseOfTheConsumersAndTheProducer(int blockM, int warps) =>
        Assert.That((TileConfig.Hopper(blockM, 64).Warps, TileOverride.Hopper(blockM, 64).Warps), Is.EqualTo((warps, warps)));

    [Test]
    public void Override_IsUsedAsItIs() =>
        Assert.That(
            ForwardTiles.Choose(in OnHopper, TileOverride.Hopper(192, 64, stages: 3) with { Persistent = true, LazyRescale = true }),
            Is.EqualTo(TileConfig.Hopper(192, 64, 3, persistent: true, lazyRescale: true)));

    [Test]
    public void AmpereOverride_RunsOnHopperToo() =>
        Assert.That(ForwardTiles.Choose(in OnHopper, new TileOverride(128, 64, 4, 1)).Family, Is.EqualTo(KernelFamily.Ampere));

    [TestCase(96, 64, 12, 2)]
    [TestCase(256, 64, 20, 2)]
    [TestCase(128, 72, 12, 2)]
    [TestCase(128, 64, 8, 2, Description = "no producer")]
    [TestCase(128, 64, 12, 1)]
    public void MalformedOverride_IsRefused(int m, int n, int warps, int stages) =>
        Assert.That(
            Refusal(in OnHopper, new TileOverride(m, n, warps, stages) { Family = KernelFamily.Hopper }),
            Does.Contain("is not a tile").And.Contain("four Warps for each 64 query rows and four more"));

    [Test]
    public void OverrideOnAnotherGpu_NamesWhatIsMissing()
    {
        TileOverride tile = TileOverride.Hopper(128, 64);
        TileRequest ampere = OnHopper with { Architecture = GpuArchitecture.Sm80 };
        TileRequest single = OnHopper with { Element = ElementType.Float32 };
        TileRequest unaligned = OnHopper with { Aligned = false };

        Assert.That(Refusal(in ampere, tile), Does.Contain("compute capability 9.0").And.Contain("sm_80"));
        Assert.That(Refusal(in single, tile), Does.Contain("16-bit elements"));
        Assert.That(Refusal(in unaligned, tile), Does.Contain("16-byte boundaries"));
    }

    [Test]
    public void HopperOptionsOfAnAmpereTile_AreRefused()
    {
        var tile = new TileOverride(128, 64, 4, 1);

        Assert.That(Refusal(in OnHopper, tile with { Persistent = true }), Does.Contain("Persistent"));
        Assert.That(Refusal(in OnHopper, tile with { LazyRescale = true }), Does.Contain("LazyRescale"));
    }

    [Test]
    public void OverrideThatDoesNotFit_SaysHowMuchItNeeds()
    {
        TileRequest wide = OnHopper with { HeadDim = 256, ValueDim = 256 };

        Assert.That(Refusal(in wide, TileOverride.Hopper(128, 96)), Does.Contain($"{1024 + ((64 + 192) * 1024) + 2048}").And.Contain($"{CompilationTarget.Hopper.SharedLimit}"));
    }

    private static string Refusal(in TileRequest request, TileOverride tile)
    {
        TileRequest copy = request;
        ArgumentException failure = Assert.Throws<ArgumentException>(() => ForwardTiles.Choose(in copy, tile))!;
        Assert.That(failure.ParamName, Is.EqualTo("Tile"));
        return failure.Message;
    }
}
