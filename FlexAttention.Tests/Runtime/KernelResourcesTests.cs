using FlexAttention.Compilation;

namespace FlexAttention.Tests.Runtime;

public sealed class KernelResourcesTests
{
    private const string Log =
        """
        ptxas info    : 0 bytes gmem
        ptxas info    : Compiling entry function 'flex_block_mask_count' for 'sm_80'
        ptxas info    : Function properties for flex_block_mask_count
            16 bytes stack frame, 8 bytes spill stores, 12 bytes spill loads
        ptxas info    : Used 40 registers, 512 bytes smem, 400 bytes cmem[0]
        ptxas info    : Compiling entry function 'flex_block_mask_fill' for 'sm_80'
        ptxas info    : Function properties for flex_block_mask_fill
            0 bytes stack frame, 0 bytes spill stores, 0 bytes spill loads
        ptxas info    : Used 255 registers, 400 bytes cmem[0]
        """;

    [Test]
    public void LogOfTwoKernels_GivesTheNumbersOfEach() =>
        Assert.That(
            KernelResources.Parse(Log),
            Is.EqualTo(new[]
            {
                new KernelResources("flex_block_mask_count", 40, 16, 8, 12, 512),
                new KernelResources("flex_block_mask_fill", 255, 0, 0, 0, 0),
            }));

    [Test]
    public void LogWithoutKernels_GivesNone() => Assert.That(KernelResources.Parse("warning: nothing"), Is.Empty);

    [Test]
    public void SerializedInstructions_AreNoticed()
    {
        const string warning =
            "ptxas info    : (C7510) Potential Performance Loss: wgmma.mma_async instructions are serialized due to " +
            "insufficient register resources for the wgmma pipeline in the function 'flex_forward'";

        Assert.That(new CompiledKernel([], $"{Log}\n{warning}").IsSerialized);
        Assert.That(new CompiledKernel([], $"{Log}\nSerialized.cu(3): warning: serialized is unused").IsSerialized, Is.False);
    }

    [Test]
    public void StaticSharedMemory_IsThatOfTheKernelWithTheMost() =>
        Assert.That(new CompiledKernel([], Log).SharedBytes, Is.EqualTo(512));
}
