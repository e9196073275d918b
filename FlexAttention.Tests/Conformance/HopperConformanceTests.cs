using FlexAttention.Descriptors;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>
/// The Hopper kernel in all its forms, and the Ampere kernel where the Hopper one would be chosen. Skipped, with the
/// reason, where there is no GPU of compute capability 9.0.
/// </summary>
[Category("Gpu")]
[Parallelizable(ParallelScope.All)]
public sealed class HopperConformanceTests
{
    /// <summary>Every number of warpgroups, keys that are no power of two, a deep pipeline, both rescales, one and many tiles a block.</summary>
    private static readonly TileOverride[] Tiles =
    [
        TileOverride.Hopper(192, 128),
        TileOverride.Hopper(192, 128) with { Persistent = true },
        TileOverride.Hopper(128, 128),
        TileOverride.Hopper(128, 128) with { Persistent = true, LazyRescale = true },
        TileOverride.Hopper(128, 80) with { LazyRescale = true },
        TileOverride.Hopper(128, 64, stages: 3),
        TileOverride.Hopper(64, 64),
        TileOverride.Hopper(64, 64) with { Persistent = true },
    ];

    private static readonly TileOverride[] AmpereTiles = [new(128, 64, 4, 2), new(64, 32, 4, 1)];

    private static readonly string[] OfEachKind = ["none", "causal", "ALiBi", "softcap and causal", "document"];

    private static readonly (int QueryBlock, int KeyBlock)[] BlockSizes = [(64, 64), (128, 128), (192, 192), (48, 80)];

    private CudaDevice _gpu = null!;

    private static IEnumerable<VariantCase> Some => OfEachKind.Select(VariantCatalogue.Find);

    [OneTimeSetUp]
    public void RequireHopper() => _gpu = Requires.Hopper();

    [Test]
    public void EveryTile_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(nameof(Tiles))] TileOverride tile) =>
        Check<BFloat16>(variant, ProblemShapes.Gpu, new() { Math = MathMode.Fast, Tile = tile });

    [Test]
    public void AmpereKernel_KeepsTheBoundHereToo(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(nameof(AmpereTiles))] TileOverride tile) =>
        Check<Half>(variant, ProblemShapes.Gpu, new() { Math = MathMode.Fast, Tile = tile });

    [Test]
    public void EveryHeadDimension_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant,
        [ValueSource(typeof(ProblemShapes), nameof(ProblemShapes.HopperHeadDims))] ProblemShape shape)
    {
        Check<BFloat16>(variant, [shape], new() { Math = MathMode.Fast });
        Check<Half>(variant, [shape], new() { Math = MathMode.Exact });
    }

    [Test]
    public void EveryOption_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant,
        [ValueSource(typeof(CallOptions), nameof(CallOptions.All))] CallSettings settings,
        [Values] bool persistent)
    {
        TileOverride tile = TileOverride.Hopper(128, 64) with { Persistent = persistent };
        Check<BFloat16>(variant, ProblemShapes.SharedHeads, settings with { Math = MathMode.Fast, Tile = tile });
    }

    [Test]
    public void EveryBlockSize_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [Values(64, 128)] int headDim) =>
        Check<BFloat16>(
            variant,
            [new(1, 2, 1, 700, 650, headDim, headDim), new(1, 2, 2, 250, 900, headDim, headDim)],
            new() { Math = MathMode.Fast, Blocks = BlockSizes });

    /// <summary>
    /// Rows of one tile are queries of several heads, each with its own captures, sink and statistics, and several blocks share the keys.
    /// </summary>
    [Test]
    public void FewQueries_KeepTheBound(
        [ValueSource(nameof(Some))] VariantCase variant,
        [ValueSource(typeof(CallOptions), nameof(CallOptions.All))] CallSettings settings) =>
        Check<BFloat16>(variant, ProblemShapes.Decoding, settings with { Math = MathMode.Fast });

    /// <summary>More tiles than multiprocessors, several times over, of unequal length.</summary>
    [Test]
    public void ManyTiles_KeepTheBound([ValueSource(nameof(Some))] VariantCase variant, [Values] bool persistent)
    {
        TileOverride tile = TileOverride.Hopper(64, 64) with { Persistent = persistent };
        Check<BFloat16>(variant, [new(3, 40, 8, 330, 130, 64, 64)], new() { Math = MathMode.Fast, Tile = tile });
    }

    /// <summary>Queries and outputs share their places in shared memory, though their rows differ in length.</summary>
    [Test]
    public void PersistentTile_KeepsTheBoundWhereHeadDimensionsDiffer([ValueSource(nameof(Some))] VariantCase variant) =>
        Check<BFloat16>(
            variant,
            [new(2, 40, 40, 330, 130, 64, 128), new(2, 40, 40, 330, 130, 128, 64)],
            new() { Math = MathMode.Fast, Tile = TileOverride.Hopper(128, 64) with { Persistent = true } });

    /// <summary>Kernels that run at the same time must not take each other's tiles.</summary>
    [Test]
    public void PersistentKernelsOfTwoStreams_LeaveEachOtherAlone()
    {
        using var tensors = new ProblemTensors<BFloat16>(new(2, 32, 32, 700, 700, 64, 64), _gpu);
        using CudaStream first = CudaStream.Create(_gpu), second = CudaStream.Create(_gpu);
        TileOverride tile = TileOverride.Hopper(64, 64) with { Persistent = true };
        using AttentionOutput<BFloat16> expected = Run(_gpu.DefaultStream);
        _gpu.Synchronize();
        AttentionOutput<BFloat16>[] outputs =
            [.. Enumerable.Range(0, 16).Select(i => Run(i % 2 == 0 ? first : second))];
        _gpu.Synchronize();
        foreach (AttentionOutput<BFloat16> output in outputs)
        {
            using (output)
                Assert.That(output.Output.ToArray().SequenceEqual(expected.Output.ToArray()));
        }

        AttentionOutput<BFloat16> Run(CudaStream stream) =>
            CausalMasks.NoneKernel.Forward(tensors.Q, tensors.K, tensors.V, new() { Tile = tile, Stream = stream });
    }

    /// <summary>A replayed kernel finds its tiles dealt out anew.</summary>
    [Test]
    public void PersistentKernelInAGraph_CanBeReplayed() =>
        CheckReplays(new(2, 32, 32, 700, 700, 64, 64), TileOverride.Hopper(64, 64) with { Persistent = true });

    /// <summary>What the parts of the keys give has its memory in every replay.</summary>
    [Test]
    public void SplitKeysInAGraph_CanBeReplayed() => CheckReplays(new(2, 8, 2, 1, 5000, 64, 64), tile: null);

    /// <summary>
    /// All but one of the parts have no keys: what they multiply zeros with, left in shared memory by the kernel before, makes no
    /// difference in any bit.
    /// </summary>
    [Test]
    public void PartsWithoutKeys_AreZeroWhateverSharedMemoryHeld()
    {
        const int Queries = 16, Keys = 16_384;
        using var tensors = new ProblemTensors<BFloat16>(new(1, 8, 2, Queries, Keys, 64, 64), _gpu);
        using DeviceTensor<BFloat16> spoilt = DeviceTensor<BFloat16>.Create(_gpu, tensors.V.Shape);
        using BlockMask mask = BlockMask.FromLists(
            CausalMasks.CausalKernel.Descriptor, [[0]], [[]], Queries, Keys, new BlockMaskOptions { Device = _gpu });
        var items = new BFloat16[spoilt.Length];
        Array.Fill(items, BFloat16.NaN);
        spoilt.CopyFrom(items);
        BFloat16[] expected = RunAfter(tensors.V);

        Assert.That(RunAfter(spoilt).SequenceEqual(expected));

        BFloat16[] RunAfter(DeviceTensor<BFloat16> left)
        {
            CausalMasks.NoneKernel.Forward(tensors.Q, tensors.K, left).Dispose();
            using AttentionOutput<BFloat16> output =
                CausalMasks.CausalKernel.Forward(tensors.Q, tensors.K, tensors.V, new() { BlockMask = mask });
            return output.Output.ToArray();
        }
    }

    private void CheckReplays(ProblemShape shape, TileOverride? tile)
    {
        using var tensors = new ProblemTensors<BFloat16>(shape, _gpu);
        using AttentionOutput<BFloat16> expected = CausalMasks.CausalKernel.Forward(tensors.Q, tensors.K, tensors.V, new() { Tile = tile });
        using var output = new AttentionOutput<BFloat16>(DeviceTensor<BFloat16>.Create(_gpu, expected.Output.Shape));
        using CudaGraph graph = CudaGraph.Capture(
            _gpu,
            stream => CausalMasks.CausalKernel.Forward(
                tensors.Q, tensors.K, tensors.V, output, new() { Tile = tile, Stream = stream }));
        for (int i = 0; i < 3; i++)
        {
            output.Output.CopyFrom(new BFloat16[output.Output.Length]);
            graph.Launch();
            Assert.That(output.Output.ToArray().SequenceEqual(expected.Output.ToArray()), $"launch {i}");
        }
    }

    [Test]
    public void Family_FollowsFromTheRows()
    {
        AssertFamily(headDim: 104, KernelFamily.Hopper);
        AssertFamily(headDim: 100, KernelFamily.Ampere);

        void AssertFamily(int headDim, KernelFamily family)
        {
            using var q = DeviceTensor<Half>.Create(_gpu, 1, 1, 64, headDim);
            CausalMasks.CausalKernel.Forward(q, q, q, new() { Scale = -1 }).Dispose();
            string name = CausalMasks.CausalKernel.Descriptor.Name;
            IEnumerable<KernelFamily> families =
                from kernel in KernelCache.ForwardKernels
                where kernel.Variant == name && kernel.ElementType == ElementType.Float16 && kernel.HeadDim == 112
                select kernel.Tile.Family;
            Assert.That(families, Does.Contain(family), $"head dimension {headDim}");
        }
    }

    private void Check<T>(VariantCase variant, IReadOnlyList<ProblemShape> shapes, CallSettings settings)
        where T : unmanaged
    {
        foreach (ProblemShape shape in shapes)
            VariantConformance.Check<T>(variant, shape, _gpu, settings);
    }
}
