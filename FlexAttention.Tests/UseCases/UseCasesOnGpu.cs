using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.UseCases;

/// <summary>
/// The use cases on a GPU: 16-bit elements on the tensor cores, float on the ordinary ones. Skipped, with the reason, where
/// there is none.
/// </summary>
[Category("Gpu")]
[TestFixture(MathMode.Exact, TypeArgs = [typeof(float)])]
[TestFixture(MathMode.Fast, TypeArgs = [typeof(float)])]
[TestFixture(MathMode.Exact, TypeArgs = [typeof(BFloat16)])]
[TestFixture(MathMode.Fast, TypeArgs = [typeof(BFloat16)])]
[TestFixture(MathMode.Fast, TypeArgs = [typeof(Half)])]
public sealed class UseCasesOnGpu<T>(MathMode math) : UseCaseTests<T>(math)
    where T : unmanaged
{
    private CudaDevice _gpu = null!;

    private protected override Device Device => _gpu;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();
}
