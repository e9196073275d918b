using FlexAttention.Compilation;
using FlexAttention.Execution;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Runtime;

/// <summary>The forward kernels compile as the runtime configures them, and agree with it about memory.</summary>
public sealed class ForwardKernelTests
{
    [OneTimeSetUp]
    public void RequireNvrtc() => Requires.Nvrtc();

    [Test]
    public void PlainVariant_CompilesWithoutSpills(
        [Values(ElementType.Float16, ElementType.BFloat16, ElementType.Float32)] ElementType element,
        [Values(64, 128)] int headDim)
    {
        (CompiledKernel kernel, _) =
            CompilationTarget.Ampere.Compile(PlainVariant.Descriptor, KernelKind.Forward, Config(element, headDim));

        KernelResources resources = kernel.Resources.Single();
        Assert.That((resources.SpillStoreBytes, resources.SpillLoadBytes), Is.EqualTo((0, 0)));
    }

    [Test]
    public unsafe void Arguments_LieWhereTheKernelReadsThem()
    {
        ForwardArguments arguments = default;
        byte* start = (byte*)&arguments;
        CudaLayout.Check(
            "flex/core/arguments.cuh",
            nameof(ForwardArguments),
            sizeof(ForwardArguments),
            ("q", (byte*)&arguments.Q - start),
            ("o", (byte*)&arguments.Output - start),
            ("lse", (byte*)&arguments.Lse - start),
            ("sinks", (byte*)&arguments.Sinks - start),
            ("q_stride", (byte*)&arguments.QStrides - start),
            ("o_stride", (byte*)&arguments.OutputStrides - start),
            ("partial_ranges", (byte*)&arguments.Blocks - start),
            ("full_indices", (byte*)&arguments.Blocks.FullIndices - start),
            ("batch", (byte*)&arguments.Batch - start),
            ("value_dim", (byte*)&arguments.ValueDim - start),
            ("mask_batch", (byte*)&arguments.Mask - start),
            ("mask_kv_block", (byte*)&arguments.Mask.KeyBlock - start),
            ("scale", (byte*)&arguments.Scale - start));
    }

    [Test]
    public unsafe void HopperArguments_LieWhereTheKernelReadsThem()
    {
        ForwardSm90Arguments arguments = default;
        byte* start = (byte*)&arguments;
        CudaLayout.Check(
            "flex/core/arguments.cuh",
            nameof(ForwardSm90Arguments),
            sizeof(ForwardSm90Arguments),
            ("q", (byte*)&arguments.Q - start),
            ("k", (byte*)&arguments.K - start),
            ("v", (byte*)&arguments.V - start),
            ("o", (byte*)&arguments.Output - start),
            ("problem", (byte*)&arguments.Problem - start),
            ("counter", (byte*)&arguments.Counter - start),
            ("group_heads", (byte*)&arguments.Work.GroupHeads - start),
            ("q_tiles", (byte*)&arguments.Work.QTiles - start),
            ("work_count", (byte*)&arguments.Work.Count - start),
            ("parts", (byte*)&arguments.Work.Parts - start),
            ("partials", (byte*)&arguments.Partials - start));
    }

    /// <summary>Less would be written behind its end, more would keep out what the variant needs.</summary>
    [Test]
    public void HopperForwardTiles_TakeTheSharedMemoryThatTheHostAsksFor(
        [Values(64, 72, 192)] int headDim, [Values(64, 128)] int valueDim, [Values] bool persistent)
    {
        TileConfig tile = TileConfig.Hopper(128, 64, persistent: persistent);
        ForwardConfig config = Config(ElementType.Float16, 64) with
        {
            HeadDim = ForwardConfig.Padded(headDim),
            ValueDim = ForwardConfig.Padded(valueDim),
            Tile = tile,
        };
        string source =
            $"""
            #include "flex/forward/sm90/shape.cuh"
            constexpr int kEnd = flex::sm90::kVPlace + flex::sm90::kStages * flex::sm90::kVBytes;
            static_assert(1024 + kEnd == {ForwardTiles.SharedBytes(tile, config.Element, config.HeadDim, config.ValueDim)}, "shared memory");
            """;
        KernelUnit unit = UnitSources.Of(source, GpuArchitecture.Sm90a) with { Config = config.ToHeader() };

        Assert.DoesNotThrow(() => NvrtcCompiler.Compile(unit));
    }

    private static ForwardConfig Config(ElementType element, int headDim) =>
        CompilationTarget.Config(CompilationTarget.Ampere.Request(element, headDim, blockMask: false));
}
