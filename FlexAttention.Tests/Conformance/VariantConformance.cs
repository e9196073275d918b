using FlexAttention.Cpu;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Runs a variant through its kernels on one device and holds the results to the bound.</summary>
internal static class VariantConformance
{
    /// <summary>Block sizes to try: the default, and one that divides nothing.</summary>
    private static readonly BlockMaskOptions[] Blocks = [new(), new() { QueryBlockSize = 48, KeyBlockSize = 80 }];

    /// <summary>Checks output, lse and row maximum, with and without block masks.</summary>
    public static void Check<T>(VariantCase variant, ProblemShape shape, Device device, MathMode math = MathMode.Exact)
        where T : unmanaged
    {
        VariantInstance instance = variant.Create(shape.Variant, seed: 7);
        using var tensors = new ProblemTensors<T>(shape, device);
        ReferenceOutput oracle =
            ReferenceAttention.Of(tensors.Q, tensors.K, tensors.V, instance.OracleScore, instance.OracleKeeps).Compute();
        double[] naive = NaiveAttention.Compute<T>(
            ReferenceAttention.Of(tensors.Q, tensors.K, tensors.V, Method(instance), instance.MethodKeeps));
        using VariantCall call = instance.On(device);

        CheckCall(null, $"{typeof(T).Name} {shape}");
        if (!variant.Descriptor.HasMask)
            return;
        foreach (BlockMaskOptions blocks in Blocks)
        {
            using BlockMask mask = call.CreateBlockMask(blocks);
            CheckCall(mask, $"{typeof(T).Name} {shape}, blocks of {blocks.QueryBlockSize}");
        }

        void CheckCall(BlockMask? mask, string what)
        {
            var options = new ForwardOptions { BlockMask = mask, Math = math, ReturnLse = true, ReturnRowMax = true };
            using AttentionOutput<T> output = call.Forward(tensors.Q, tensors.K, tensors.V, options);
            ErrorBound.Check(output, naive, oracle, math, what);
        }
    }

    /// <summary>The user's method, in float as it is.</summary>
    private static ScoreFunction Method(VariantInstance instance) =>
        (score, b, h, q, kv) => instance.MethodScore((float)score, b, h, q, kv);
}
