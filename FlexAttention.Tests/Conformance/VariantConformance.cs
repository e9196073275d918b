using FlexAttention.Cpu;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Runs a variant through its kernels on one device and holds the results to the bound.</summary>
internal static class VariantConformance
{
    /// <summary>Checks output, lse and row maximum, with and without block masks.</summary>
    public static void Check<T>(VariantCase variant, ProblemShape shape, Device device, MathMode math = MathMode.Exact)
        where T : unmanaged =>
        Check<T>(variant, shape, device, new CallSettings { Math = math });

    /// <summary>The same, with settings of the call.</summary>
    public static void Check<T>(VariantCase variant, ProblemShape shape, Device device, CallSettings settings)
        where T : unmanaged
    {
        VariantInstance instance = variant.Create(shape.Variant, seed: 7);
        using var tensors = new ProblemTensors<T>(shape, device, arrangement: settings.Arrangement, spoiltValues: settings.SpoiltValues);
        float[]? sinks = settings.Sinks ? SinksOf(shape.Heads) : null;
        using DeviceTensor<float>? sinkTensor = sinks is null ? null : DeviceTensor<float>.From(sinks, device);
        ReferenceOutput oracle = Problem(instance.OracleScore, instance.OracleKeeps).Compute();
        double[] naive = NaiveAttention.Compute<T>(Problem(Method(instance), instance.MethodKeeps));
        using VariantCall call = instance.On(device);

        CheckCall(null, $"{typeof(T).Name} {shape}, {settings}");
        if (!variant.Descriptor.HasMask)
            return;
        foreach ((int queryBlock, int keyBlock) in settings.Blocks)
        {
            using BlockMask mask = call.CreateBlockMask(new() { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock });
            CheckCall(mask, $"{typeof(T).Name} {shape}, blocks of {queryBlock} x {keyBlock}, {settings}");
        }

        ReferenceAttention Problem(ScoreFunction score, MaskFunction mask) =>
            ReferenceAttention.Of(tensors.Q, tensors.K, tensors.V, score, mask, settings.Scale, sinks);

        void CheckCall(BlockMask? mask, string what)
        {
            var options = new ForwardOptions
            {
                BlockMask = mask,
                Math = settings.Math,
                Scale = settings.Scale,
                Sinks = sinkTensor,
                Tile = settings.Tile,
                ReturnLse = true,
                ReturnRowMax = true,
            };
            using AttentionOutput<T> output = call.Forward(tensors.Q, tensors.K, tensors.V, options);
            ErrorBound.Check(output, naive, oracle, settings.Math, what);
        }
    }

    /// <summary>Some below, some above the scores of a row.</summary>
    private static float[] SinksOf(int heads) => [.. Enumerable.Range(0, heads).Select(head => 0.75f * head - 1)];

    /// <summary>The user's method, in float as it is.</summary>
    private static ScoreFunction Method(VariantInstance instance) =>
        (score, b, h, q, kv) => instance.MethodScore((float)score, b, h, q, kv);
}
