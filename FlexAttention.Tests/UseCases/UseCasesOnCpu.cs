namespace FlexAttention.Tests.UseCases;

/// <summary>The use cases without a GPU.</summary>
public sealed class UseCasesOnCpu : UseCaseTests
{
    private protected override Device Device => Device.Cpu;
}
