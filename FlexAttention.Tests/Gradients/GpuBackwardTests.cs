using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>What backward calls on a GPU promise beside accuracy. Skipped, with the reason, where there is no GPU.</summary>
[Category("Gpu")]
[Parallelizable(ParallelScope.All)]
public sealed class GpuBackwardTests
{
    private static readonly string[] Names = ["causal", "ALiBi", "learned relative bias", "tanh softcap"];

    private static readonly float[] NonFinite = [float.NaN, float.PositiveInfinity];

    /// <summary>The one that is chosen, and one of the Ampere kernels.</summary>
    private static readonly TileOverride?[] Tiles = [null, new(64, 64, 4, 2)];

    private static readonly ProblemShape Shape = new(2, 8, 2, 390, 390, 64, 64);

    private CudaDevice _gpu = null!;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void ReproducibleCalls_GiveTheSameBits([ValueSource(nameof(Names))] string name)
    {
        using var tensors = new ProblemTensors<BFloat16>(Shape, _gpu);
        using VariantCall call = VariantCatalogue.Find(name).Create(Shape.Variant, seed: 3).On(_gpu);
        using AttentionOutput<BFloat16> output = call.Forward(tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
        var options = new BackwardOptions { Reproducible = true };
        AssertTheSame();
        if (!VariantCatalogue.Find(name).Descriptor.HasMask)
            return;
        using BlockMask mask = call.CreateBlockMask(new() { QueryBlockSize = 64, KeyBlockSize = 128 });
        options = new BackwardOptions { Reproducible = true, BlockMask = mask };
        AssertTheSame();

        void AssertTheSame()
        {
            Array[] first = Run();
            for (int run = 0; run < 3; run++)
                Assert.That(Run(), Is.EqualTo(first));
        }

        Array[] Run()
        {
            using AttentionGradients<BFloat16> gradients = call.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q, options);
            Array[] results = [gradients.Dq.ToArray(), gradients.Dk.ToArray(), gradients.Dv.ToArray()];
            return [.. results, .. call.Learned(gradients).Select(learned => learned.Gradient.ToArray())];
        }
    }

    /// <summary>
    /// Values that grow with their keys, and uniform weights: the slope's gradient is the sum of all queries' variances, more than 2^31 of
    /// the gradients that come in, and no term of it is negligible.
    /// </summary>
    [Test]
    public void ReproducibleSums_MayBeLarge()
    {
        const int batch = 32, length = 4096, dim = 64;
        long[] shape = [batch, 1, length, dim];
        Half[] positions = [.. Enumerable.Range(0, batch * length * dim).Select(i => (Half)(i / dim % length / (2f * dim)))];
        using DeviceTensor<Half> v = DeviceTensor<Half>.From(positions, shape, _gpu);
        using DeviceTensor<Half> zeros = DeviceTensor<Half>.From(new Half[positions.Length], shape, _gpu);
        using DeviceTensor<Half> ones = DeviceTensor<Half>.From([.. Enumerable.Repeat((Half)1, positions.Length)], shape, _gpu);
        using DeviceTensor<float> slopes = DeviceTensor<float>.From([0f], _gpu);
        using AttentionOutput<Half> output =
            PositionBiases.AlibiKernel.Forward(zeros, zeros, v, slopes, new ForwardOptions { ReturnLse = true });
        float free = Gradient(reproducible: false), ordered = Gradient(reproducible: true);

        // Of n equal weights the variance of the positions is (n * n - 1) / 12.
        double expected = Enumerable.Range(1, length).Sum(n => ((double)n * n) - 1) / 12 * batch / 2;
        Assert.That(expected, Is.GreaterThan(1L << 31));
        Assert.That(free, Is.EqualTo(expected).Within(3e-3 * expected));
        Assert.That(ordered, Is.EqualTo(expected).Within(3e-3 * expected));

        float Gradient(bool reproducible)
        {
            using PositionBiases.AlibiKernel.Gradients<Half> gradients = PositionBiases.AlibiKernel.Backward(
                zeros, zeros, v, slopes, output, ones, new BackwardOptions { Reproducible = reproducible, Gradients = GradientKinds.Captures });
            return gradients.DSlopes.ToArray().Single();
        }
    }

    /// <summary>The last keys are hidden from all queries, by the mask or by the block mask.</summary>
    [Test]
    public void HiddenKeysAndValues_DoNotLeak(
        [ValueSource(nameof(NonFinite))] float value, [Values] bool withBlockMask, [ValueSource(nameof(Tiles))] TileOverride? tile)
    {
        using var tensors = new ProblemTensors<Half>(new(1, 2, 1, 150, 200, 64, 64), _gpu);
        using BlockMask? mask = withBlockMask ? CausalMasks.CausalKernel.CreateBlockMask(1, 2, 150, 200, new() { Device = _gpu }) : null;
        (Half[] Dq, Half[] Dk, Half[] Dv) clean = Run(tensors, mask, tile);
        Spoil(tensors.K, 150, value);
        Spoil(tensors.V, 150, value);
        (Half[] Dq, Half[] Dk, Half[] Dv) spoilt = Run(tensors, mask, tile);

        AssertClose(spoilt.Dq, clean.Dq);
        AssertClose(spoilt.Dk, clean.Dk);
        AssertClose(spoilt.Dv, clean.Dv);
        Assert.That(spoilt.Dk[(150 * 64)..], Is.All.EqualTo(Half.Zero));
        Assert.That(spoilt.Dv[(150 * 64)..], Is.All.EqualTo(Half.Zero));
    }

    /// <summary>The last queries see no key: neither they, nor the gradients that come in for them, reach anything.</summary>
    [Test]
    public void QueriesWithNothingLeft_DoNotLeak(
        [ValueSource(nameof(NonFinite))] float value, [ValueSource(nameof(Tiles))] TileOverride? tile)
    {
        using var tensors = new ProblemTensors<Half>(new(1, 2, 1, 200, 150, 64, 64), _gpu);
        using DeviceTensor<Half> dOutput = tensors.Q.To(_gpu);
        using DeviceTensor<float> dLse = DeviceTensor<float>.From(new Random(5).Floats(2 * 200), [1, 2, 200], _gpu);
        (Half[] Dq, Half[] Dk, Half[] Dv) clean = RunInverse();
        Spoil(tensors.Q, 150, value);
        Spoil(dOutput, 150, value);
        dLse.CopyFrom([.. dLse.ToArray().Select((item, i) => i % 200 >= 150 ? value : item)]);
        (Half[] Dq, Half[] Dk, Half[] Dv) spoilt = RunInverse();

        AssertClose(spoilt.Dq, clean.Dq);
        AssertClose(spoilt.Dk, clean.Dk);
        AssertClose(spoilt.Dv, clean.Dv);
        Assert.That(spoilt.Dq.Where((_, i) => i / 64 % 200 >= 150), Is.All.EqualTo(Half.Zero));

        (Half[] Dq, Half[] Dk, Half[] Dv) RunInverse()
        {
            using AttentionOutput<Half> output = CausalMasks.InverseCausalKernel.Forward(
                tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
            using AttentionGradients<Half> gradients = CausalMasks.InverseCausalKernel.Backward(
                tensors.Q, tensors.K, tensors.V, output, dOutput, new BackwardOptions { DLse = dLse, Tile = tile });
            return (gradients.Dq.ToArray(), gradients.Dk.ToArray(), gradients.Dv.ToArray());
        }
    }

    /// <summary>A key of NaN spoils the queries that see it, and no others.</summary>
    [Test]
    public void VisibleKeyOfNaN_SpoilsTheQueriesThatSeeIt()
    {
        using var tensors = new ProblemTensors<Half>(new(1, 1, 1, 150, 150, 64, 64), _gpu);
        Spoil(tensors.K, 149, float.NaN);
        (Half[] dq, _, _) = Run(tensors, null, tile: null);

        Assert.That(Array.FindIndex(dq, Half.IsNaN), Is.EqualTo(149 * 64));
        Assert.That(Array.FindLastIndex(dq, Half.IsFinite), Is.EqualTo((149 * 64) - 1));
    }

    [Test]
    public void GradientsOfAnEarlierCall_AreWrittenAnew_InAGraph()
    {
        using var tensors = new ProblemTensors<BFloat16>(Shape, _gpu);
        using AttentionOutput<BFloat16> output =
            CausalMasks.CausalKernel.Forward(tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
        var options = new BackwardOptions { Reproducible = true };
        using AttentionGradients<BFloat16> expected =
            CausalMasks.CausalKernel.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q, options);
        using AttentionGradients<BFloat16> gradients =
            CausalMasks.CausalKernel.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q, options);
        using CudaGraph graph = CudaGraph.Capture(_gpu, stream => CausalMasks.CausalKernel.Backward(
            tensors.Q, tensors.K, tensors.V, output, tensors.Q, gradients, new() { Reproducible = true, Stream = stream }));
        for (int launch = 0; launch < 2; launch++)
        {
            gradients.Dq.CopyFrom(new BFloat16[gradients.Dq.Length]);
            gradients.Dk.CopyFrom(new BFloat16[gradients.Dk.Length]);
            gradients.Dv.CopyFrom(new BFloat16[gradients.Dv.Length]);
            graph.Launch();
            Assert.That(gradients.Dq.ToArray().SequenceEqual(expected.Dq.ToArray()), $"dq of launch {launch}");
            Assert.That(gradients.Dk.ToArray().SequenceEqual(expected.Dk.ToArray()), $"dk of launch {launch}");
            Assert.That(gradients.Dv.ToArray().SequenceEqual(expected.Dv.ToArray()), $"dv of launch {launch}");
        }
    }

    [Test]
    public void CallIntoEarlierGradients_AllocatesNothing()
    {
        using var tensors = new ProblemTensors<BFloat16>(Shape, _gpu);
        using AttentionOutput<BFloat16> output =
            CausalMasks.CausalKernel.Forward(tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
        var options = new BackwardOptions();
        using AttentionGradients<BFloat16> gradients =
            CausalMasks.CausalKernel.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q, options);
        Run();
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            Run();

        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);

        void Run() => CausalMasks.CausalKernel.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q, gradients, options);
    }

    [Test]
    public void LoadedKernels_AreListed()
    {
        using var tensors = new ProblemTensors<Half>(new(1, 1, 1, 40, 40, 64, 64), _gpu);
        Run(tensors, null, tile: null);

        LoadedKernelInfo[] kernels =
        [
            .. KernelCache.BackwardKernels.Where(kernel =>
                kernel.Variant == CausalMasks.CausalKernel.Descriptor.Name && kernel.ElementType == ElementType.Float16),
        ];
        Assert.That(kernels, Is.Not.Empty);
        Assert.That(
            kernels.Select(kernel => kernel.Tile.Family),
            Does.Contain(_gpu.ComputeCapability == new Version(9, 0) ? KernelFamily.Hopper : KernelFamily.Ampere));
    }

    private static (Half[] Dq, Half[] Dk, Half[] Dv) Run(ProblemTensors<Half> tensors, BlockMask? mask, TileOverride? tile)
    {
        using AttentionOutput<Half> output = CausalMasks.CausalKernel.Forward(
            tensors.Q, tensors.K, tensors.V, new ForwardOptions { BlockMask = mask, ReturnLse = true });
        using AttentionGradients<Half> gradients = CausalMasks.CausalKernel.Backward(
            tensors.Q, tensors.K, tensors.V, output, tensors.Q, new BackwardOptions { BlockMask = mask, Tile = tile });
        return (gradients.Dq.ToArray(), gradients.Dk.ToArray(), gradients.Dv.ToArray());
    }

    /// <summary>Overwrites the rows of each head from one on.</summary>
    private static void Spoil(DeviceTensor<Half> tensor, int firstRow, float value)
    {
        int rows = (int)tensor.Shape[2], columns = (int)tensor.Shape[3];
        Half[] items = tensor.ToArray();
        for (int i = 0; i < items.Length; i++)
        {
            if (i / columns % rows >= firstRow)
                items[i] = (Half)value;
        }

        tensor.CopyFrom(items);
    }

    /// <summary>What is computed anew adds up in another order.</summary>
    private static void AssertClose(Half[] actual, Half[] expected)
    {
        double largest = expected.Select(item => Math.Abs((double)item)).Max();
        for (int i = 0; i < expected.Length; i++)
            Assert.That((double)actual[i], Is.EqualTo((double)expected[i]).Within(largest / 256), $"element {i}");
    }
}
