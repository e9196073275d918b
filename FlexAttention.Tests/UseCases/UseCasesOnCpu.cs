namespace FlexAttention.Tests.UseCases;

/// <summary>The use cases without a GPU.</summary>
[TestFixture(typeof(float))]
[TestFixture(typeof(BFloat16))]
[TestFixture(typeof(Half))]
public sealed class UseCasesOnCpu<T>() : UseCaseTests<T>(MathMode.Exact)
    where T : unmanaged
{
    private protected override Device Device => Device.Cpu;
}
