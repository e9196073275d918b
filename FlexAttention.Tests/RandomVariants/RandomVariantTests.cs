using System.Reflection;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>
/// Random methods mean the same in C#, in the emitted CPU kernel and in CUDA. A failure prints the seed and the source:
/// <c>RandomVariantWriter.Write(seed)</c> brings the method back.
/// </summary>
public sealed class RandomVariantTests
{
    private const int FirstSeed = 1;
    private const int Count = 400;
    private const int BatchSize = 25;

    /// <summary>Of so many variants one is compiled as a whole forward kernel, which takes seconds.</summary>
    private const int ForwardStride = 50;

    /// <summary>The difference that functions such as sine may make, relative to 1 and the result.</summary>
    private const double Tolerance = 1e-3;

    /// <summary>With the smallest tile: a hook stands in the code once for each pair of a thread.</summary>
    private static readonly ForwardConfig Forward = new()
    {
        Element = ElementType.BFloat16,
        Family = GpuArchitecture.Sm80.Family,
        HeadDim = 64,
        ValueDim = 64,
        Tile = new TileConfig(64, 32, 4, 2),
        Aligned = true,
    };

    internal static readonly Lazy<RandomAssembly> Assembly = new(() => RandomAssembly.Compile(FirstSeed, Count));

    private readonly RandomCaptures _captures = new(seed: 9);

    [Test]
    public void Generator_AcceptsEveryVariant() => Assert.That(Assembly.Value.Variants, Has.Count.EqualTo(Count));

    [Test]
    public void CpuKernel_MeansWhatTheMethodMeans()
    {
        using var ids = DeviceTensor<int>.From(_captures.Ids);
        using var table = DeviceTensor<float>.From(_captures.Table);
        foreach (LoadedVariant variant in Assembly.Value.Variants)
            Invoke(nameof(CheckLanes), variant, variant.Bind(Device.Cpu, _captures, ids, table));
    }

    [Test]
    public void Nvrtc_AcceptsEveryVariant([Values("evaluate", "evaluate_gradient")] string kernel)
    {
        Requires.Nvrtc();
        KernelKind kind = kernel == "evaluate" ? KernelKind.Evaluate : KernelKind.EvaluateGradient;
        Parallel.ForEach(Assembly.Value.Variants.Chunk(BatchSize), batch =>
        {
            if (Compile(batch, kind) is not null)
                return;
            foreach (LoadedVariant variant in batch)
                Assert.That(Compile([variant], kind), Is.Not.Null, () => $"NVRTC refuses {variant}\n{variant.Descriptor.CudaSource}");
            Assert.Fail("NVRTC refuses variants together that it accepts apart.");
        });
    }

    /// <summary>The evaluation kernel runs methods as written; the forward kernel runs them split into its hooks.</summary>
    [Test]
    public void Nvrtc_AcceptsForwardKernels()
    {
        Requires.Nvrtc();
        IEnumerable<LoadedVariant> some = Assembly.Value.Variants.Where((_, i) => i % ForwardStride == 0);
        Parallel.ForEach(some, variant =>
        {
            CompiledKernel? kernel =
                Compile(KernelUnit.Of(variant.Descriptor, KernelKind.Forward, Forward, GpuArchitecture.Sm80));
            Assert.That(kernel, Is.Not.Null, () => $"NVRTC refuses {variant}\n{variant.Descriptor.CudaSource}");
        });
    }

    [Test, Category("Gpu")]
    public void CudaMethods_MeanWhatTheMethodMeans()
    {
        CudaDevice gpu = Requires.Gpu();
        ForwardConfig config = ForwardConfig.Plain(gpu.Architecture, MathMode.Exact);
        // Compilation takes most of the time, and can be done by all processors.
        Parallel.ForEach(
            Assembly.Value.Variants,
            variant => KernelCache.Get(KernelUnit.Of(variant.Descriptor, KernelKind.Evaluate, config, gpu.Architecture)));
        using var ids = DeviceTensor<int>.From(_captures.Ids, gpu);
        using var table = DeviceTensor<float>.From(_captures.Table, gpu);
        foreach (LoadedVariant variant in Assembly.Value.Variants)
            Invoke(nameof(CheckCuda), variant, variant.Bind(gpu, _captures, ids, table));
    }

    private void CheckLanes<TVariant>(LoadedVariant loaded, TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        VariantPoint[] points = VariantPoints.Draw(loaded.Source.Seed);
        foreach ((string lanes, double[] scores) in LaneEvaluator.Evaluate(variant, points))
        {
            for (int i = 0; i < points.Length; i++)
                Check(loaded, points[i], Expected(loaded, points[i]), scores[i], lanes);
        }
    }

    private void CheckCuda<TVariant>(LoadedVariant loaded, TVariant variant)
        where TVariant : unmanaged, IAttentionVariant<TVariant>
    {
        VariantPoint[] points = VariantPoints.Draw(loaded.Source.Seed);
        EvaluatedPoint[] results = CudaEvaluator.Evaluate(Requires.Gpu(), variant, points);
        for (int i = 0; i < points.Length; i++)
        {
            Assert.That(results[i].HookKept, Is.EqualTo(results[i].Kept), () => $"mask at {points[i]} of {loaded}");
            Check(loaded, points[i], Expected(loaded, points[i]), results[i].Kept ? results[i].Score : double.NegativeInfinity, "CUDA");
        }
    }

    private double Expected(LoadedVariant variant, VariantPoint point) =>
        variant.Keeps(_captures, point.B, point.H, point.Q, point.Kv)
            ? variant.Score(_captures, point.Score, point.B, point.H, point.Q, point.Kv)
            : double.NegativeInfinity;

    private static void Check(LoadedVariant variant, VariantPoint point, double expected, double actual, string where)
    {
        bool same = actual.Equals(expected) || Math.Abs(actual - expected) <= Tolerance * (1 + Math.Abs(expected));
        if (!same)
            Assert.Fail($"{where} gives {actual}, C# gives {expected} at {point} of {variant}");
    }

    /// <summary>Compiles the methods of several variants as one program; null where NVRTC reports errors.</summary>
    private static CompiledKernel? Compile(IReadOnlyList<LoadedVariant> variants, KernelKind kind)
    {
        string name = kind == KernelKind.Evaluate ? "flex_evaluate" : "flex_evaluate_gradient";
        IEnumerable<string> units = variants.Select((variant, i) =>
            $"#define {name} {name}_{i}\n{variant.Descriptor.CudaSource}\n#undef {name}\n");
        string config = ForwardConfig.Plain(GpuArchitecture.Sm80, MathMode.Exact).ToHeader();
        return Compile(new KernelUnit("RandomMethods", string.Concat(units), config, kind, GpuArchitecture.Sm80));
    }

    private static CompiledKernel? Compile(KernelUnit unit)
    {
        try
        {
            return NvrtcCompiler.Compile(unit);
        }
        catch (KernelCompilationException)
        {
            return null;
        }
    }

    /// <summary>Calls a generic method of this class for the type of a struct that is known at run time only.</summary>
    private void Invoke(string method, LoadedVariant variant, object bound) =>
        GetType().GetMethod(method, BindingFlags.NonPublic | BindingFlags.Instance)!
            .MakeGenericMethod(variant.Struct)
            .Invoke(this, BindingFlags.DoNotWrapExceptions, null, [variant, bound], null);
}
