using FlexAttention.Execution;

namespace FlexAttention.Tests.Runtime;

public sealed class KernelFaultsTests
{
    [Test]
    public void Faults_AreOrderedByWhatTheyCost()
    {
        KernelFaults none = default;
        var spills = new KernelFaults(0, Serialized: false, SpillBytes: 500);
        var serialized = new KernelFaults(0, Serialized: true, SpillBytes: 0);
        var tooLarge = new KernelFaults(1, Serialized: false, SpillBytes: 0);

        Assert.That(spills.IsWorseThan(none));
        Assert.That(serialized.IsWorseThan(spills));
        Assert.That(tooLarge.IsWorseThan(serialized));
        Assert.That(none.IsWorseThan(none), Is.False);
    }
}
