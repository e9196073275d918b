using FlexAttention.Compilation;
using FlexAttention.Execution;

namespace FlexAttention.Tests.Runtime;

public sealed class ForwardConfigTests
{
    private static readonly ForwardConfig Config = new()
    {
        Element = ElementType.BFloat16,
        Family = 90,
        HeadDim = 128,
        ValueDim = 64,
        Tile = new TileConfig(128, 64, 4, 2),
        Aligned = true,
        Lse = true,
    };

    [Test]
    public void Header_DefinesWhatTheKernelsRead()
    {
        string header = Config.ToHeader();

        Assert.That(header, Does.StartWith("#pragma once\n#include \"flex/core/types.cuh\"\n"));
        string[] lines =
        [
            "#define FLEX_ELEMENT_SIZE 2",
            "#define FLEX_HOPPER 0",
            "using Element = flex::bf16;",
            "constexpr int kArch = 90;",
            "constexpr int kHeadDim = 128;",
            "constexpr int kValueDim = 64;",
            "constexpr int kBlockM = 128;",
            "constexpr int kBlockN = 64;",
            "constexpr int kWarps = 4;",
            "constexpr int kStages = 2;",
            "constexpr bool kPersistent = false;",
            "constexpr bool kLazyRescale = false;",
            "constexpr bool kAligned = true;",
            "constexpr bool kBlockMask = false;",
            "constexpr bool kSinks = false;",
            "constexpr bool kLse = true;",
            "constexpr bool kRowMax = false;",
            "constexpr bool kExactMath = false;",
            "constexpr bool kPrescale = false;",
        ];
        Assert.That(header.Split('\n'), Is.SupersetOf(lines));
    }

    [Test]
    public void HeaderOfAHopperTile_SelectsTheKernel()
    {
        ForwardConfig hopper = Config with { Tile = TileConfig.Hopper(192, 128, persistent: true, lazyRescale: true) };
        string[] lines =
        [
            "#define FLEX_HOPPER 1",
            "constexpr int kBlockM = 192;",
            "constexpr int kBlockN = 128;",
            "constexpr int kWarps = 16;",
            "constexpr int kStages = 2;",
            "constexpr bool kPersistent = true;",
            "constexpr bool kLazyRescale = true;",
        ];

        Assert.That(hopper.ToHeader().Split('\n'), Is.SupersetOf(lines));
    }

    [TestCase(1, 16)]
    [TestCase(16, 16)]
    [TestCase(17, 32)]
    [TestCase(256, 256)]
    public void HeadDimension_IsPaddedToAMultipleOf16(int headDim, int padded) =>
        Assert.That(ForwardConfig.Padded(headDim), Is.EqualTo(padded));

    [TestCase(0.125f, false)]
    [TestCase(1e-15f, false)]
    [TestCase(0f, true)]
    [TestCase(-1f, true)]
    [TestCase(1e-20f, true)]
    [TestCase(1e20f, true)]
    [TestCase(float.NaN, true)]
    public void ScaleThatCannotBeDividedBy_IsAppliedFirst(float scale, bool expected) =>
        Assert.That(ForwardConfig.NeedsPrescale(scale), Is.EqualTo(expected));

    [Test]
    public void Key_DependsOnEveryPart()
    {
        KernelUnit unit = UnitSources.Of(UnitSources.Empty);
        var version = new Version(12, 4);
        string[] keys =
        [
            unit.Key(version),
            unit.Key(new Version(12, 5)),
            (unit with { Source = unit.Source + " " }).Key(version),
            (unit with { Config = unit.Config + " " }).Key(version),
            (unit with { Kind = KernelKind.Check }).Key(version),
            (unit with { Architecture = GpuArchitecture.Sm89 }).Key(version),
        ];

        Assert.That(keys, Is.Unique);
        Assert.That(keys, Is.All.Match("^[0-9a-f]{64}$"));
        Assert.That((unit with { Variant = "Other" }).Key(version), Is.EqualTo(keys[0]), "a name is no part of the code");
    }

    [Test]
    public void Key_DoesNotDependOnWhereAMethodStands()
    {
        var version = new Version(12, 4);
        KernelUnit unit = UnitSources.Of("#line 7 \"Variants.cs\"\nint kept;\n");
        KernelUnit moved = UnitSources.Of("#line 9 \"Masks.cs\"\nint kept;\n");

        Assert.That(moved.Key(version), Is.EqualTo(unit.Key(version)));
    }
}
