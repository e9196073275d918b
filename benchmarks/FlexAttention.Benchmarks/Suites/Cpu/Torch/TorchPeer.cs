using FlexAttention.Benchmarks.Problems;
using TorchSharp;
using static TorchSharp.torch;

namespace FlexAttention.Benchmarks.Suites.Cpu.Torch;

/// <summary>libtorch's scaled_dot_product_attention, on as many threads as the runtime has processors.</summary>
internal sealed class TorchPeer : ICpuPeer
{
    public TorchPeer() => set_num_threads(Environment.ProcessorCount);

    public string Version => __version__;

    public PeerCall? Prepare(InputSet<float> inputs, CpuShape shape, CpuCase test)
    {
        PeerMask mask = test.Peer;
        if (mask == PeerMask.Unsupported)
            return null;
        Tensor q = Copy(inputs.Q), k = Copy(inputs.K), v = Copy(inputs.V);
        Tensor? bias = Bias(shape, mask);
        Tensor? result = null;
        return new PeerCall(test.IsTraining ? Train : Run);

        void Run()
        {
            result?.Dispose();
            using IDisposable scope = no_grad();
            result = Attention();
        }

        void Train()
        {
            using DisposeScope scope = NewDisposeScope();
            Tensor[] leaves = [q.requires_grad_(), k.requires_grad_(), v.requires_grad_()];
            Tensor output = Attention();
            autograd.grad([output], leaves, [output.detach()]);
        }

        Tensor Attention() => nn.functional.scaled_dot_product_attention(q, k, v, bias, is_casual: mask == PeerMask.Causal);
    }

    private static Tensor Copy(DeviceTensor<float> source) => tensor(source.ToArray(), source.Shape.ToArray());

    private static Tensor? Bias(CpuShape shape, PeerMask mask)
    {
        if (mask is PeerMask.None or PeerMask.Causal)
            return null;
        Tensor q = arange(shape.Length).unsqueeze(1), kv = arange(shape.Length).unsqueeze(0);
        if (mask == PeerMask.Window)
            return (kv <= q) & ((q - kv) < CpuCases.Window);
        Tensor distance = (kv - q).to(ScalarType.Float32).masked_fill(kv > q, float.NegativeInfinity);
        return tensor(CpuCases.Slopes(shape.Heads)).reshape(1, shape.Heads, 1, 1) * distance;
    }
}
