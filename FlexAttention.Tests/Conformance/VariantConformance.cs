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
        var problem = new AttentionProblem<T>(shape, seed: 8);
        AttentionResult oracle = OracleAttention.Compute(problem, instance);
        AttentionResult naive = NaiveAttention.Compute(problem, instance);
        using VariantCall call = instance.On(device);

        ErrorBound.Check<T>(Run(problem, call, math, null), naive, oracle, $"{typeof(T).Name} {shape}");
        if (!variant.Descriptor.HasMask)
            return;
        foreach (BlockMaskOptions blocks in Blocks)
        {
            using BlockMask mask = call.CreateBlockMask(blocks);
            ErrorBound.Check<T>(
                Run(problem, call, math, mask), naive, oracle, $"{typeof(T).Name} {shape}, blocks of {blocks.QueryBlockSize}");
        }
    }

    private static AttentionResult Run<T>(AttentionProblem<T> problem, VariantCall call, MathMode math, BlockMask? mask)
        where T : unmanaged
    {
        using DeviceTensor<T> q = problem.QueriesOn(call.Device);
        using DeviceTensor<T> k = problem.KeysOn(call.Device);
        using DeviceTensor<T> v = problem.ValuesOn(call.Device);
        var options = new ForwardOptions { BlockMask = mask, Math = math, ReturnLse = true, ReturnRowMax = true };
        using AttentionOutput<T> output = call.Forward(q, k, v, options);
        return AttentionResult.Of(output);
    }
}
