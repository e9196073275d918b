using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>The variants of the suite.</summary>
internal static class CpuCases
{
    /// <summary>The keys that a query sees under the sliding window.</summary>
    public const int Window = 256;

    /// <summary>Makes all cases over the same inputs. Their block masks live as long as the program.</summary>
    public static IEnumerable<CpuCase> Create(InputSet<float> inputs, CpuShape shape)
    {
        (DeviceTensor<float> q, DeviceTensor<float> k, DeviceTensor<float> v, AttentionOutput<float> output) = inputs;
        int heads = shape.Heads, length = shape.Length;
        float[] slopes = Slopes(heads);
        DeviceTensor<float> captured = DeviceTensor<float>.From(slopes);
        var causal = new ForwardOptions { BlockMask = Variants.CausalKernel.CreateBlockMask(1, heads, length, length) };
        var window = new ForwardOptions
        {
            BlockMask = Variants.SlidingWindowKernel.CreateBlockMask(1, heads, length, length, Window),
        };
        return
        [
            new("none", () => Variants.NoneKernel.Forward(q, k, v, output), PeerMask.None),
            new("causal", () => Variants.CausalKernel.Forward(q, k, v, output, causal), PeerMask.Causal, null, Variants.Causal),
            new("causal_unblocked", () => Variants.CausalKernel.Forward(q, k, v, output), PeerMask.Causal, null, Variants.Causal),
            new("sliding_window", () => Variants.SlidingWindowKernel.Forward(q, k, v, Window, output, window), PeerMask.Window, null, InWindow),
            new("sliding_window_unblocked", () => Variants.SlidingWindowKernel.Forward(q, k, v, Window, output), PeerMask.Window, null, InWindow),
            new(
                "alibi",
                () => Variants.AlibiKernel.Forward(q, k, v, captured, output, causal),
                PeerMask.Alibi,
                (score, b, h, i, j) => Variants.Alibi((float)score, b, h, i, j, slopes),
                Variants.Causal),
            new(
                "softcap",
                () => Variants.SoftcapKernel.Forward(q, k, v, output, causal),
                PeerMask.Unsupported,
                static (score, b, h, i, j) => Variants.Softcap((float)score, b, h, i, j),
                Variants.Causal),
            Training(inputs, shape, causal.BlockMask!),
        ];
    }

    /// <summary>Forward and backward, with the output as the gradient of the output.</summary>
    private static CpuCase Training(InputSet<float> inputs, CpuShape shape, BlockMask mask)
    {
        (DeviceTensor<float> q, DeviceTensor<float> k, DeviceTensor<float> v, AttentionOutput<float> output) = inputs;
        var withLse = new AttentionOutput<float>(output.Output, DeviceTensor<float>.Create(Device.Cpu, shape.Lengths.AsSpan(0, 3)));
        var forward = new ForwardOptions { BlockMask = mask, ReturnLse = true };
        var backward = new BackwardOptions { BlockMask = mask };
        return new("causal_training", Run, PeerMask.Causal, null, Variants.Causal) { IsTraining = true };

        void Run()
        {
            Variants.CausalKernel.Forward(q, k, v, withLse, forward);
            Variants.CausalKernel.Backward(q, k, v, withLse, output.Output, backward).Dispose();
        }
    }

    private static bool InWindow(int b, int h, int q, int kv) => Variants.SlidingWindow(b, h, q, kv, Window);

    /// <summary>ALiBi's slopes.</summary>
    public static float[] Slopes(int heads) => [.. Enumerable.Range(1, heads).Select(h => MathF.Pow(2, -8f * h / heads))];
}
