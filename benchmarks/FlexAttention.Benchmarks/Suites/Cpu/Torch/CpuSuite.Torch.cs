namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <content>The peer that only some builds have.</content>
internal static partial class CpuSuite
{
    static partial void CreatePeer(ref ICpuPeer? peer) => peer = new Torch.TorchPeer();
}
