namespace FlexAttention.Benchmarks.Suites.Cpu;

/// <summary>The variants of the suite.</summary>
internal static class CpuCases
{
    /// <summary>The keys that a query sees under the sliding window.</summary>
    public const int Window = 256;

    /// <summary>Makes all cases over the same inputs. Their block masks live as long as the program.</summary>
    public static IEnumerable<CpuCase> Create(CpuInputs inputs, CpuShape shape)
    {
        (DeviceTensor<float> q, DeviceTensor<float> k, DeviceTensor<float> v) = (inputs.Q, inputs.K, inputs.V);
        AttentionOutput<float> output = inputs.Output;
        int heads = shape.Heads, length = shape.Length;
        DeviceTensor<float> slopes = DeviceTensor<float>.From(Slopes(heads));
        var causal = new ForwardOptions { BlockMask = Variants.CausalKernel.CreateBlockMask(1, heads, length, length) };
        var window = new ForwardOptions
        {
            BlockMask = Variants.SlidingWindowKernel.CreateBlockMask(1, heads, length, length, Window),
        };
        return
        [
            new("none", () => Variants.NoneKernel.Forward(q, k, v, output), PeerMask.None),
            new("causal", () => Variants.CausalKernel.Forward(q, k, v, output, causal), PeerMask.Causal),
            new("causal, no block mask", () => Variants.CausalKernel.Forward(q, k, v, output), PeerMask.Causal),
            new("sliding window", () => Variants.SlidingWindowKernel.Forward(q, k, v, Window, output, window), PeerMask.Window),
            new("sliding window, no block mask", () => Variants.SlidingWindowKernel.Forward(q, k, v, Window, output), PeerMask.Window),
            new("alibi", () => Variants.AlibiKernel.Forward(q, k, v, slopes, output, causal), PeerMask.Alibi),
            new("softcap", () => Variants.SoftcapKernel.Forward(q, k, v, output, causal), PeerMask.Unsupported),
        ];
    }

    /// <summary>ALiBi's slopes.</summary>
    public static float[] Slopes(int heads) => [.. Enumerable.Range(1, heads).Select(h => MathF.Pow(2, -8f * h / heads))];
}
