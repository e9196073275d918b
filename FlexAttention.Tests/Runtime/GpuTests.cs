using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Runtime;

/// <summary>Tensors, streams and launches on a GPU. Skipped, with the reason, where there is none.</summary>
[Category("Gpu")]
public sealed class GpuTests
{
    private CudaDevice _gpu = null!;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void Tensor_SurvivesTheRoundTrip()
    {
        float[] items = [.. Enumerable.Range(0, 24).Select(i => (float)i)];
        using var host = DeviceTensor<float>.From(items, [2, 3, 4]);
        using DeviceTensor<float> device = host.To(_gpu);
        using DeviceTensor<float> permuted = device.Permute(2, 0, 1).To(_gpu);
        using DeviceTensor<float> back = permuted.To(Device.Cpu);

        Assert.That(device.ToArray(), Is.EqualTo(items));
        Assert.That(back.ToArray(), Is.EqualTo(host.Permute(2, 0, 1).ToArray()));
        Assert.That(DeviceTensor<int>.Create(_gpu, 1000).ToArray(), Is.All.Zero);
        Assert.Throws<InvalidOperationException>(() => device.AsSpan());
    }

    [Test]
    public void Forward_AgreesWithPlainArithmetic(
        [Values(1, 17, 129)] int queries, [Values(0, 1, 100)] int keys, [Values(5, 64)] int headDim)
    {
        float[] q = Random(queries * headDim, 1), k = Random(keys * headDim, 2), v = Random(keys * headDim, 3);
        using var dq = DeviceTensor<float>.From(q, [1, 1, queries, headDim], _gpu);
        using var dk = DeviceTensor<float>.From(k, [1, 1, keys, headDim], _gpu);
        using var dv = DeviceTensor<float>.From(v, [1, 1, keys, headDim], _gpu);
        using AttentionOutput<float> output = AttentionEngine.Forward(dq, dk, dv, default(PlainVariant), new() { ReturnLse = true });

        Assert.That(output.Output.ToArray(), Is.EqualTo(Attend(q, k, v, queries, keys, headDim)).Within(1e-5));
        Assert.That(output.Lse!.ToArray(), keys == 0 ? Is.All.EqualTo(float.NegativeInfinity) : Is.All.Matches<float>(float.IsFinite));
    }

    [Test]
    public void RowOfNaN_IsNotHidden()
    {
        Check<float>();
        Check<BFloat16>();

        void Check<T>()
            where T : unmanaged
        {
            float[] items = [float.NaN, 1, 1, 2, 3, 4];
            using DeviceTensor<T> q = Cast<T>(items, [1, 1, 3, 2]), kv = Cast<T>([1, 2, 3, 4], [1, 1, 2, 2]);
            using AttentionOutput<T> output = AttentionEngine.Forward(q, kv, kv, default(PlainVariant), new() { ReturnLse = true });

            double[] results = [.. output.Output.ToArray().Select(item => item is BFloat16 brain ? brain.ToSingle() : (float)(object)item)];
            Assert.That(results[..2], Is.All.NaN, typeof(T).Name);
            Assert.That(results[2..], Has.None.NaN, typeof(T).Name);
            Assert.That(output.Lse!.ToArray()[0], Is.NaN, typeof(T).Name);
        }
    }

    [Test]
    public void SecondCall_NeitherCompilesNorAllocates([Values(65, 1)] int queries)
    {
        using var q = DeviceTensor<Half>.Create(_gpu, 1, 2, queries, 64);
        using var k = DeviceTensor<Half>.Create(_gpu, 1, 2, 3000, 64);
        using AttentionOutput<Half> output = AttentionEngine.Forward(q, k, k, default(PlainVariant));
        AttentionEngine.Forward(q, k, k, default(PlainVariant), output);
        long compilations = KernelCache.Statistics.Compilations;
        long before = GC.GetAllocatedBytesForCurrentThread();
        AttentionEngine.Forward(q, k, k, default(PlainVariant), output);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        using var longer = DeviceTensor<Half>.Create(_gpu, 3, 4, queries + 13, 64);
        AttentionEngine.Forward(longer, longer, longer, default(PlainVariant)).Dispose();
        _gpu.Synchronize();

        Assert.That(allocated, Is.Zero);
        Assert.That(KernelCache.Statistics.Compilations, Is.EqualTo(compilations), "a new shape compiles nothing");
    }

    [Test]
    public void CallWithEveryOption_AllocatesNothing([Values(64, 5)] int headDim)
    {
        using var q = DeviceTensor<BFloat16>.Create(_gpu, 1, 2, 300, headDim);
        using var sinks = DeviceTensor<float>.Create(_gpu, 2);
        using CudaStream stream = CudaStream.Create(_gpu);
        using BlockMask blocks = CausalMasks.CausalKernel.CreateBlockMask(1, 2, 300, 300, new() { Device = _gpu });
        var options = new ForwardOptions
        {
            BlockMask = blocks,
            Sinks = sinks,
            Stream = stream,
            ReturnLse = true,
            ReturnRowMax = true,
        };
        using AttentionOutput<BFloat16> output = CausalMasks.CausalKernel.Forward(q, q, q, options);
        CausalMasks.CausalKernel.Forward(q, q, q, output, options);
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < 10; i++)
            CausalMasks.CausalKernel.Forward(q, q, q, output, options);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        stream.Synchronize();

        Assert.That(allocated, Is.Zero);
    }

    [Test]
    public void OwnAndBorrowedStreams_RunTheKernel()
    {
        using var q = DeviceTensor<float>.From(Random(64, 1), [1, 1, 4, 16], _gpu);
        using CudaStream own = CudaStream.Create(_gpu);
        using CudaStream borrowed = CudaStream.Borrow(_gpu, own.RawHandle);
        using CudaEvent start = new(_gpu), end = new(_gpu);
        using AttentionOutput<float> expected = AttentionEngine.Forward(q, q, q, default(PlainVariant));
        start.Record(own);
        using AttentionOutput<float> first = AttentionEngine.Forward(q, q, q, default(PlainVariant), new() { Stream = own });
        end.Record(own);
        using AttentionOutput<float> second = AttentionEngine.Forward(q, q, q, default(PlainVariant), new() { Stream = borrowed });
        own.Synchronize();

        Assert.That(first.Output.ToArray(), Is.EqualTo(expected.Output.ToArray()));
        Assert.That(second.Output.ToArray(), Is.EqualTo(expected.Output.ToArray()));
        Assert.That(end.Since(start), Is.GreaterThan(TimeSpan.Zero));
    }

    [Test]
    public void ManyShortLivedResults_DoNotDisturbEachOther([Values] bool foreignStream)
    {
        using CudaStream own = CudaStream.Create(_gpu);
        using CudaStream stream = foreignStream ? CudaStream.Borrow(_gpu, own.RawHandle) : _gpu.DefaultStream;
        var options = new ForwardOptions { Stream = stream };
        using var q = DeviceTensor<float>.From(Random(64 * 64, 1), [1, 1, 64, 64], _gpu);
        using AttentionOutput<float> expected = AttentionEngine.Forward(q, q, q, default(PlainVariant), options);
        for (int i = 0; i < 20; i++)
        {
            using AttentionOutput<float> first = AttentionEngine.Forward(q, q, q, default(PlainVariant), options);
            AttentionEngine.Forward(q, q, q, default(PlainVariant), options).Dispose();
            using AttentionOutput<float> second =
                AttentionEngine.Forward(first.Output, first.Output, first.Output, default(PlainVariant), options);
            stream.Synchronize();
            Assert.That(first.Output.ToArray(), Is.EqualTo(expected.Output.ToArray()));
            Assert.That(second.Output.ToArray(), Is.Not.EqualTo(expected.Output.ToArray()));
        }
    }

    [Test]
    public void TensorsOnTwoDevices_AreRefused()
    {
        using var gpu = DeviceTensor<float>.Create(_gpu, 1, 1, 2, 16);
        using var cpu = DeviceTensor<float>.Create(Device.Cpu, 1, 1, 2, 16);

        Assert.That(
            Assert.Throws<ArgumentException>(() => AttentionEngine.Forward(gpu, cpu, gpu, default(PlainVariant)))!.Message,
            Does.Contain("k.To(q.Device)"));
        Assert.Throws<ArgumentException>(() => CaptureBinder.Bind(cpu, 4, _gpu, "bias"));
        Assert.Throws<NotSupportedException>(() =>
        {
            using var doubles = DeviceTensor<double>.Create(_gpu, 1, 1, 2, 16);
            AttentionEngine.Forward(doubles, doubles, doubles, default(PlainVariant));
        });
    }

    [Test]
    public void KernelForAnotherArchitecture_SaysSo()
    {
        GpuArchitecture other = _gpu.ComputeCapability.Major == 9 ? GpuArchitecture.Sm80 : GpuArchitecture.Sm90a;
        CompiledKernel kernel = NvrtcCompiler.Compile(UnitSources.Of(UnitSources.Empty, other));
        CudaException failure = Assert.Throws<CudaException>(
            () => _ = new LoadedKernel(_gpu, kernel, new TileConfig(16, 16, 1, 1), sharedBytes: 0))!;

        Assert.That(failure.Call, Is.EqualTo("cuModuleLoadData"));
        Assert.That(failure.Message, Does.Contain("another architecture"));
    }

    [Test]
    public void TensorLargerThanTheGpu_IsRefused() =>
        Assert.Throws<InsufficientMemoryException>(() => DeviceTensor<byte>.Create(_gpu, 1L << 50));

    private DeviceTensor<T> Cast<T>(float[] items, long[] shape)
        where T : unmanaged =>
        DeviceTensor<T>.From(
            [.. items.Select(item => typeof(T) == typeof(BFloat16) ? (T)(object)(BFloat16)item : (T)(object)item)], shape, _gpu);

    private static float[] Random(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
    }

    private static float[] Attend(float[] q, float[] k, float[] v, int queries, int keys, int headDim)
    {
        var output = new float[queries * headDim];
        for (int i = 0; i < queries; i++)
        {
            double[] weights = [.. Enumerable.Range(0, keys).Select(j => Math.Exp(Dot(i, j) / Math.Sqrt(headDim)))];
            for (int d = 0; d < headDim; d++)
            {
                double sum = Enumerable.Range(0, keys).Sum(j => weights[j] * v[(j * headDim) + d]);
                output[(i * headDim) + d] = keys == 0 ? 0 : (float)(sum / weights.Sum());
            }
        }

        return output;

        double Dot(int i, int j) =>
            Enumerable.Range(0, headDim).Sum(d => (double)q[(i * headDim) + d] * k[(j * headDim) + d]);
    }
}
