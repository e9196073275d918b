using FlexAttention.Descriptors;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Runtime;

/// <summary>Forward calls recorded in CUDA graphs. Skipped, with the reason, where there is no GPU.</summary>
[Category("Gpu")]
public sealed class CudaGraphTests
{
    private static readonly long[] Shape = [1, 2, 200, 64];

    private CudaDevice _gpu = null!;

    [OneTimeSetUp]
    public void RequireGpu() => _gpu = Requires.Gpu();

    [Test]
    public void Replay_ReadsTheInputsOfTheMoment()
    {
        using DeviceTensor<BFloat16> q = Random(1), k = Random(2), v = Random(3);
        using AttentionOutput<BFloat16> output = AttentionEngine.Forward(q, k, v, default(PlainVariant));
        using CudaGraph graph = CudaGraph.Capture(
            _gpu, stream => AttentionEngine.Forward(q, k, v, default(PlainVariant), output, new() { Stream = stream }));
        for (int seed = 4; seed < 6; seed++)
        {
            q.CopyFrom(Numbers(seed));
            using AttentionOutput<BFloat16> direct = AttentionEngine.Forward(q, k, v, default(PlainVariant));
            Assert.That(output.Output.ToArray(), Is.Not.EqualTo(direct.Output.ToArray()), "a capture runs nothing");
            graph.Launch();
            Assert.That(output.Output.ToArray(), Is.EqualTo(direct.Output.ToArray()));
        }
    }

    [Test]
    public void FirstCallOfAKernel_MayBeCaptured()
    {
        // A head dimension that no other test of this class loads.
        using var q = DeviceTensor<Half>.Create(_gpu, 1, 1, 8, 48);
        using var output = new AttentionOutput<Half>(DeviceTensor<Half>.From(new Half[8 * 48].Select(_ => Half.One).ToArray(), [1, 1, 8, 48], _gpu));
        using CudaGraph graph = CudaGraph.Capture(
            _gpu, stream => AttentionEngine.Forward(q, q, q, default(PlainVariant), output, new() { Stream = stream }));
        graph.Launch();

        Assert.That(output.Output.ToArray(), Is.All.EqualTo(Half.Zero));
    }

    [Test]
    public void ResultMadeInACapture_CanBeReadAfterALaunch()
    {
        using DeviceTensor<BFloat16> q = Random(1);
        using AttentionOutput<BFloat16> direct = AttentionEngine.Forward(q, q, q, default(PlainVariant));
        AttentionOutput<BFloat16>? made = null;
        using CudaGraph graph = CudaGraph.Capture(
            _gpu, stream => made = AttentionEngine.Forward(q, q, q, default(PlainVariant), new() { Stream = stream }));
        graph.Launch();
        graph.Launch();
        using (made)
            Assert.That(made!.Output.ToArray(), Is.EqualTo(direct.Output.ToArray()));
    }

    [Test]
    public void Graph_RunsOnAnyStream()
    {
        using DeviceTensor<BFloat16> q = Random(1);
        using AttentionOutput<BFloat16> direct = AttentionEngine.Forward(q, q, q, default(PlainVariant));
        using AttentionOutput<BFloat16> output = AttentionEngine.Forward(q, q, q, default(PlainVariant));
        using CudaGraph graph = CudaGraph.Capture(
            _gpu, stream => AttentionEngine.Forward(q, q, q, default(PlainVariant), output, new() { Stream = stream }));
        using CudaStream stream = CudaStream.Create(_gpu);
        output.Output.CopyFrom(new BFloat16[q.Length]);
        graph.Launch(stream);
        stream.Synchronize();

        Assert.That(output.Output.ToArray(), Is.EqualTo(direct.Output.ToArray()));
    }

    [Test]
    public void WaitingInACapture_IsExplained()
    {
        using DeviceTensor<BFloat16> q = Random(1);
        CudaException failure = Assert.Throws<CudaException>(() => CudaGraph.Capture(_gpu, stream => stream.Synchronize()))!;
        Assert.That(failure.Message, Does.Contain("While a stream is captured"));

        using AttentionOutput<BFloat16> after = AttentionEngine.Forward(q, q, q, default(PlainVariant));
        Assert.That(after.Output.ToArray(), Has.Length.EqualTo(q.Length), "nothing is left of the capture");
    }

    [Test]
    public void ExceptionOfTheWork_ComesThrough() =>
        Assert.That(
            Assert.Throws<InvalidOperationException>(
                () => CudaGraph.Capture(_gpu, _ => throw new InvalidOperationException("mine")))!.Message,
            Is.EqualTo("mine"));

    [Test]
    public void DisposedGraph_CannotBeLaunched()
    {
        CudaGraph graph = CudaGraph.Capture(_gpu, _ => { });
        graph.Launch();
        graph.Dispose();

        Assert.Throws<ObjectDisposedException>(() => graph.Launch());
    }

    private DeviceTensor<BFloat16> Random(int seed) => DeviceTensor<BFloat16>.From(Numbers(seed), Shape, _gpu);

    private static BFloat16[] Numbers(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, (int)(Shape[1] * Shape[2] * Shape[3])).Select(_ => (BFloat16)((random.NextSingle() * 2) - 1))];
    }
}
