using FlexAttention.Compilation;
using FlexAttention.Masking;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Masking;

/// <summary>The small kernels around masks: compiled everywhere, run where there is a GPU.</summary>
public sealed unsafe class MaskKernelTests
{
    private static readonly int[] Ids = [.. Enumerable.Range(0, 300).Select(i => i * i / 9000)];

    [Test]
    public void EveryArchitecture_CompilesWithoutSpills(
        [Values("sm_80", "sm_89", "sm_90a")] string option,
        [Values(nameof(KernelKind.BlockMask), nameof(KernelKind.Check), nameof(KernelKind.Evaluate))] string kind)
    {
        Requires.Nvrtc();
        var architecture = new GpuArchitecture(option, 80);
        CompiledKernel kernel = NvrtcCompiler.Compile(KernelUnit.Of(
            DocumentVariant.Descriptor, Enum.Parse<KernelKind>(kind), ForwardConfig.Plain(architecture, MathMode.Exact), architecture));

        Assert.That(kernel.Resources, Is.Not.Empty);
        Assert.That(kernel.Resources.Select(entry => (entry.SpillStoreBytes, entry.SpillLoadBytes)), Is.All.EqualTo((0, 0)));
    }

    /// <summary>arguments.cuh asserts the same number.</summary>
    [Test]
    public void BlockMaskArguments_AreAsLargeAsTheirCudaStruct() => Assert.That(sizeof(BlockMaskArguments), Is.EqualTo(304));

    [Test, Category("Gpu")]
    public void Evaluator_RunsTheMethodsAsWritten()
    {
        CudaDevice gpu = Requires.Gpu();
        using DeviceTensor<int> ids = DeviceTensor<int>.From(Ids);
        using DeviceTensor<int> idsOnGpu = ids.To(gpu);
        DocumentVariant variant = DocumentVariant.Bind(ids, 15);
        var points = Enumerable.Range(0, 1000).Select(i => new VariantPoint(i * 0.25f, i % 2, i % 3, i % 300, (i * 7) % 300)).ToArray();

        EvaluatedPoint[] results = CudaEvaluator.Evaluate(gpu, DocumentVariant.Bind(idsOnGpu, 15), points);

        for (int i = 0; i < points.Length; i++)
        {
            VariantPoint point = points[i];
            Assert.That(results[i].Score, Is.EqualTo(point.Score + (0.5f * Ids[point.Kv])));
            Assert.That(results[i].Kept, Is.EqualTo(variant.Keeps(point.H, point.Q, point.Kv)));
            Assert.That(results[i].HookScore, Is.EqualTo(results[i].Score).Within(1e-5).Percent);
            Assert.That(results[i].HookKept, Is.EqualTo(results[i].Kept));
        }
    }
}
