using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>
/// Rows of outputs and gradients that are computed anew, since hidden keys hold NaN, come out as they were. Skipped, with the reason,
/// where there is no GPU.
/// </summary>
[Category("Gpu")]
[Parallelizable(ParallelScope.All)]
public sealed class GpuRecoveryTests
{
    private const int Queries = 200, Keys = 256, Dim = 64;

    private CudaDevice _gpu = null!;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    /// <summary>
    /// Queries of the second block do not see the first, though the formula would let them: what its pairs would weigh is no part of
    /// the lse. The keys behind the last query are hidden by the formula alone.
    /// </summary>
    [Test]
    public void BlockMaskNarrowerThanTheFormula_HoldsForRecoveredRows([Values] bool onAmpereKernels)
    {
        using var tensors = new ProblemTensors<Half>(new(1, 2, 1, Queries, Keys, Dim, Dim), _gpu);
        using BlockMask mask = BlockMask.FromLists(
            CausalMasks.CausalKernel.Descriptor, [[0], [1]], [[], []], Queries, Keys, new BlockMaskOptions { Device = _gpu });
        TileOverride? tile = onAmpereKernels ? new TileOverride(64, 64, 4, 2) : null;
        var forwardOptions = new ForwardOptions { BlockMask = mask, ReturnLse = true, Tile = tile };
        var options = new BackwardOptions { BlockMask = mask, Tile = tile };
        Half[][] clean = Run();
        HideNaN(tensors.K);
        HideNaN(tensors.V);
        Half[][] spoilt = Run();

        foreach ((Half[] expected, Half[] actual) in clean.Zip(spoilt))
        {
            double largest = expected.Max(static item => Math.Abs((double)item));
            for (int i = 0; i < expected.Length; i++)
                Assert.That((double)actual[i], Is.EqualTo((double)expected[i]).Within(largest / 256), $"element {i}");
        }

        Half[][] Run()
        {
            using AttentionOutput<Half> output = CausalMasks.CausalKernel.Forward(tensors.Q, tensors.K, tensors.V, forwardOptions);
            using AttentionGradients<Half> gradients =
                CausalMasks.CausalKernel.Backward(tensors.Q, tensors.K, tensors.V, output, tensors.Q, options);
            return [output.Output.ToArray(), gradients.Dq.ToArray(), gradients.Dk.ToArray(), gradients.Dv.ToArray()];
        }
    }

    /// <summary>Puts NaN into the keys that no query sees.</summary>
    private static void HideNaN(DeviceTensor<Half> tensor)
    {
        Half[] items = tensor.ToArray();
        items.AsSpan(Queries * Dim).Fill(Half.NaN);
        tensor.CopyFrom(items);
    }
}
