using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Conformance;

namespace FlexAttention.Tests.Runtime;

public sealed class ForwardTileTests
{
    private static readonly TileRequest OnAmpere = CompilationTarget.Ampere.Request(ElementType.Float16, 64, blockMask: false);

    [Test]
    public void EveryHeadDimension_HasATileThatFits(
        [Values(ElementType.Float16, ElementType.BFloat16, ElementType.Float32)] ElementType element,
        [Values("sm_80", "sm_89", "sm_90a")] string option,
        [Values] bool aligned)
    {
        CompilationTarget target = CompilationTarget.Find(option);
        for (int headDim = 16; headDim <= 256; headDim += 16)
        {
            for (int valueDim = 16; valueDim <= 256; valueDim += 16)
            {
                TileRequest request = target.Request(element, headDim, blockMask: false) with { ValueDim = valueDim, Aligned = aligned };
                TileConfig tile = ForwardTiles.Choose(in request);
                Assert.That(tile.Family, Is.EqualTo(request.AllowsHopper ? KernelFamily.Hopper : KernelFamily.Ampere));
                Assert.That(
                    ForwardTiles.SharedBytes(in tile, element, headDim, valueDim),
                    Is.LessThanOrEqualTo(target.SharedLimit),
                    $"{headDim}, {valueDim}: {tile}");
            }
        }
    }

    [Test]
    public void Override_IsUsedAsItIs() =>
        Assert.That(
            ForwardTiles.Choose(in OnAmpere, new TileOverride(64, 32, 2, 2)),
            Is.EqualTo(new TileConfig(64, 32, 2, 2, TwoLoops: true)));

    [TestCase(0, 64, 4, 1)]
    [TestCase(120, 64, 4, 1)]
    [TestCase(128, 8, 4, 1)]
    [TestCase(128, 64, 3, 1, Description = "rows do not divide among the warps")]
    [TestCase(128, 64, 32, 1)]
    [TestCase(128, 64, 4, 9)]
    [TestCase(-128, 64, 4, 1)]
    public void MalformedOverride_IsRefused(int m, int n, int warps, int stages) =>
        Assert.That(
            Assert.Throws<ArgumentException>(
                () => ForwardTiles.Choose(in OnAmpere, new TileOverride(m, n, warps, stages)))!.ParamName,
            Is.EqualTo("Tile"));

    [Test]
    public void OverrideThatDoesNotFit_SaysHowMuchItNeeds() =>
        Assert.That(
            Assert.Throws<ArgumentException>(
                () => ForwardTiles.Choose(
                    CompilationTarget.Ada.Request(ElementType.Float16, 256, blockMask: false), new TileOverride(128, 128, 4, 2)))!.Message,
            Does.Contain($"{CompilationTarget.Ada.SharedLimit}"));

    [TestCase(8, 0, "sm_80", 80)]
    [TestCase(8, 6, "sm_86", 86)]
    [TestCase(8, 9, "sm_89", 89)]
    [TestCase(9, 0, "sm_90a", 90)]
    [TestCase(10, 0, "compute_90", 80)]
    [TestCase(12, 0, "compute_90", 89)]
    public void Architecture_IsTheGpusOwnOrTheNewestKnown(int major, int minor, string option, int family) =>
        Assert.That(
            GpuArchitecture.Of(new Version(major, minor), [50, 75, 80, 86, 87, 89, 90]),
            Is.EqualTo(new GpuArchitecture(option, family)));

    [Test]
    public void OldGpu_IsNotSupported() =>
        Assert.Throws<NotSupportedException>(() => GpuArchitecture.Of(new Version(7, 5), [75, 80]));
}
