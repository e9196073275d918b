namespace FlexAttention.Tests.Cpu;

/// <summary>Repeated calls leave no garbage.</summary>
[NonParallelizable]
public sealed class AllocationTests
{
    [Test]
    public void CallAfterTheFirst_AllocatesNothing([Values(16, 300)] int length)
    {
        using var problem = new ForwardCase<float, Causal>(new(1, 2, 2, length, length, 32, 32));
        using AttentionOutput<float> output = problem.Run();
        var options = new ForwardOptions { ReturnLse = true, ReturnRowMax = true };
        for (int i = 0; i < 50; i++)
            problem.Run(options, output: output);

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 50; i++)
            problem.Run(options, output: output);
        Assert.That(GC.GetAllocatedBytesForCurrentThread() - before, Is.Zero);
    }
}
