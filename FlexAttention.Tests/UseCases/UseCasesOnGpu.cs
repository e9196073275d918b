using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.UseCases;

/// <summary>The use cases on a GPU. Skipped, with the reason, where there is none.</summary>
[Category("Gpu")]
public sealed class UseCasesOnGpu : UseCaseTests
{
    private CudaDevice _gpu = null!;

    private protected override Device Device => _gpu;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();
}
