using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Execution;
using FlexAttention.Masking;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Runtime;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

/// <summary>Block masks that are built on a GPU, and fitted to tiles there.</summary>
[TestFixture, Category("Gpu")]
public sealed unsafe class GpuBlockMaskTests
{
    private const int Batch = 2;
    private const int Heads = 3;
    private const int Queries = 300;

    private static readonly int[] Ids = [.. Enumerable.Range(0, 700).Select(i => i * i / 9000)];

    /// <summary>Small blocks: so many of them that they are counted first, and the table has kernels of its own.</summary>
    private static readonly (int QueryBlock, int KeyBlock)[] BlockSizes = [(16, 16), (128, 128), (64, 96), (1, 1), (1, 7), (256, 128), (1000, 1000)];

    private CudaDevice _gpu = null!;
    private DeviceTensor<int> _ids = null!;
    private DeviceTensor<int> _idsOnGpu = null!;

    [OneTimeSetUp]
    public void SetUp()
    {
        _gpu = Requires.Gpu();
        _ids = DeviceTensor<int>.From(Ids);
        _idsOnGpu = _ids.To(_gpu);
    }

    [OneTimeTearDown]
    public void TearDown()
    {
        _ids?.Dispose();
        _idsOnGpu?.Dispose();
    }

    [Test]
    public void Blocks_AreThoseOfTheCpu([ValueSource(nameof(BlockSizes))] (int QueryBlock, int KeyBlock) sizes)
    {
        foreach ((int queryLength, int keyLength) in new[] { (300, 300), (700, 690), (1, 300), (299, 17), (129, 128), (0, 300), (300, 0) })
        {
            using BlockMask expected = OnCpu(queryLength, keyLength, sizes.QueryBlock, sizes.KeyBlock);
            using BlockMask mask = OnGpu(queryLength, keyLength, sizes.QueryBlock, sizes.KeyBlock);

            Assert.That(mask.Device, Is.SameAs(_gpu));
            Assert.That(mask.FullBlocks, Is.EqualTo(expected.FullBlocks));
            Assert.That(mask.PartialBlocks, Is.EqualTo(expected.PartialBlocks));
            Assert.That(mask.HasSameBlocksAs(expected), Is.True, $"{queryLength} x {keyLength} in blocks of {sizes}");
        }
    }

    /// <summary>The kernels' tiles and others, some no multiples of the blocks; the last ones of so many blocks that they are counted.</summary>
    [TestCase(300, 299, 16, 48, 64, 64)]
    [TestCase(700, 690, 128, 128, 192, 128)]
    [TestCase(700, 690, 128, 128, 128, 80)]
    [TestCase(129, 700, 64, 96, 1, 1)]
    [TestCase(17, 300, 1000, 10, 192, 96)]
    [TestCase(700, 690, 3, 2, 1, 1)]
    [TestCase(700, 690, 1, 1, 2, 2)]
    [TestCase(300, 0, 16, 16, 64, 64)]
    public void ListsForATile_AreThoseOfTheCpu(int queryLength, int keyLength, int queryBlock, int keyBlock, int tileM, int tileN)
    {
        using BlockMask expected = OnCpu(queryLength, keyLength, queryBlock, keyBlock);
        using BlockMask mask = OnGpu(queryLength, keyLength, queryBlock, keyBlock);

        BlockMaskView view = mask.ViewFor(tileM, tileN, out BlockMaskExtents extents, _gpu.DefaultStream);
        BlockMaskView transposed = mask.TransposedViewFor(tileM, tileN, out BlockMaskExtents transposedExtents, _gpu.DefaultStream);

        BlockMaskView expectedView = expected.ViewFor(tileM, tileN, out BlockMaskExtents expectedExtents);
        BlockMaskView expectedTransposed = expected.TransposedViewFor(tileM, tileN, out BlockMaskExtents expectedTransposedExtents);
        Assert.That(extents, Is.EqualTo(expectedExtents));
        Assert.That(transposedExtents, Is.EqualTo(expectedTransposedExtents));
        AssertSameLists(view, expectedView, extents.Batch * extents.Heads * Rounding.CeilingDivide(queryLength, extents.QueryBlock));
        AssertSameLists(
            transposed,
            expectedTransposed,
            extents.Batch * extents.Heads * Rounding.CeilingDivide(keyLength, transposedExtents.QueryBlock));
    }

    /// <summary>Calls find the mask ready whatever stream it was built on, though that is busy, and whatever lay in its memory before.</summary>
    [Test]
    public void CallOnAnotherStream_WaitsForTheMask([Values] bool onDefaultStream)
    {
        using CudaStream own = CudaStream.Create(_gpu), calling = CudaStream.CreateForCapture(_gpu);
        CudaStream building = onDefaultStream ? _gpu.DefaultStream : own;
        using DeviceTensor<Half> q = Random(Batch, Heads, Queries);
        using DeviceTensor<int> others = DeviceTensor<int>.From([.. Ids.Reverse()], _gpu);
        using var work = new LongWork(_gpu);
        foreach (DeviceTensor<int> ids in new[] { _idsOnGpu, others, _idsOnGpu, others })
        {
            using AttentionOutput<Half> expected = DocumentMasks.DocumentKernel.Forward(q, q, q, ids);
            work.Queue(building);
            using BlockMask mask = DocumentMasks.DocumentKernel.CreateBlockMask(
                Batch, Heads, Queries, Queries, ids, Blocks(64, 64) with { Stream = building });
            using AttentionOutput<Half> output = DocumentMasks.DocumentKernel.Forward(
                q, q, q, ids, new() { BlockMask = mask, Stream = calling });
            calling.Synchronize();

            AssertClose(output, expected);
        }
    }

    /// <summary>A capture cannot wait for other streams: the host does, and a graph finds the mask ready on any stream.</summary>
    [Test]
    public void CallInACapture_WaitsForTheMask([Values] bool onDefaultStream)
    {
        using CudaStream own = CudaStream.Create(_gpu), calling = CudaStream.CreateForCapture(_gpu);
        CudaStream building = onDefaultStream ? _gpu.DefaultStream : own;
        using DeviceTensor<Half> q = Random(Batch, Heads, Queries);
        using AttentionOutput<Half> expected = DocumentMasks.DocumentKernel.Forward(q, q, q, _idsOnGpu);
        using AttentionOutput<Half> output = DocumentMasks.DocumentKernel.Forward(q, q, q, _idsOnGpu);
        output.Output.CopyFrom(new Half[output.Output.Length]);
        // Multiples of all tiles, so that the lists need not be fitted to one.
        BlockMaskOptions options = Blocks(384, 384) with { Stream = building };
        using (BlockMask first = DocumentMasks.DocumentKernel.CreateBlockMask(Batch, Heads, Queries, Queries, _idsOnGpu, options))
            DocumentMasks.DocumentKernel.Forward(q, q, q, _idsOnGpu, output, new() { BlockMask = first });
        using var work = new LongWork(_gpu);
        work.Queue(building);
        using BlockMask mask = DocumentMasks.DocumentKernel.CreateBlockMask(Batch, Heads, Queries, Queries, _idsOnGpu, options);

        using CudaGraph graph = CudaGraph.Capture(_gpu, stream => DocumentMasks.DocumentKernel.Forward(
            q, q, q, _idsOnGpu, output, new() { BlockMask = mask, Stream = stream }));
        graph.Launch(calling);
        calling.Synchronize();

        AssertClose(output, expected);
    }

    [Test]
    public void Capture_RefusesWhatCannotBeRecorded()
    {
        using BlockMask mask = OnGpu(300, 300, 16, 16);

        Assert.That(
            () => CudaGraph.Capture(_gpu, stream => OnGpu(300, 300, 16, 16, stream).Dispose()),
            Throws.InvalidOperationException.With.Message.Contains("create it before"));
        Assert.That(
            () => CudaGraph.Capture(_gpu, stream => mask.ViewFor(64, 64, out _, stream)),
            Throws.InvalidOperationException.With.Message.Contains("make one such call"));
        // Its own blocks are listed, by queries and by keys.
        using CudaGraph graph = CudaGraph.Capture(_gpu, stream =>
        {
            mask.ViewFor(16, 16, out _, stream);
            mask.TransposedViewFor(16, 16, out _, stream);
        });
    }

    [Test]
    public void DisposedMask_HasNoCounts()
    {
        using CudaStream building = CudaStream.Create(_gpu);
        BlockMask mask = OnGpu(300, 300, 16, 16, building);
        mask.Dispose();

        Assert.That(() => mask.FullBlocks, Throws.TypeOf<ObjectDisposedException>().With.Message.Contains(nameof(BlockMask)));
    }

    /// <summary>Lines of several groups of 32 leaves, in shared memory and not, and more than one line.</summary>
    [Test]
    public void TablesOfManyLeaves_LoseNothing([Values(1, 3)] int batch, [Values(65, 1056, 1500, 4100, 40_000)] int length)
    {
        var random = new Random(length);
        var real = new bool[batch, length];
        for (int b = 0; b < batch; b++)
        {
            for (int kv = 0; kv < length; kv++)
                real[b, kv] = kv / 300 % 2 == 0 && random.Next(400) > 0;
        }

        using DeviceTensor<bool> onCpu = DeviceTensor<bool>.From(real), onGpu = onCpu.To(_gpu);
        BlockMaskOptions options = Blocks(128, 160);
        using BlockMask expected = DocumentMasks.KeyPaddingKernel.CreateBlockMask(batch, Heads, 300, length, onCpu, options);
        using BlockMask mask = DocumentMasks.KeyPaddingKernel.CreateBlockMask(batch, Heads, 300, length, onGpu, options);

        Assert.That(mask.HasSameBlocksAs(expected), Is.True);
    }

    /// <summary>Nodes that are too wide change no block, and so show here alone.</summary>
    [TestCase(65)]
    [TestCase(1024)]
    [TestCase(1025)]
    [TestCase(33_000)]
    [TestCase(1_100_000)]
    public void TableInMemory_IsThatOfTheCpu(int length)
    {
        var random = new Random(length);
        using DeviceTensor<int> ids = DeviceTensor<int>.From([.. Enumerable.Range(0, length).Select(_ => random.Next(-1000, 1000))]);
        using DeviceTensor<int> idsOnGpu = ids.To(_gpu);
        DocumentVariant variant = DocumentVariant.Bind(ids, 15), variantOnGpu = DocumentVariant.Bind(idsOnGpu, 15);
        LoadedKernel kernel = KernelTable.Get(
            DocumentVariant.Descriptor, KernelKind.BlockMask, ForwardConfig.Plain(_gpu.Architecture, MathMode.Exact), _gpu);
        var launch = new BlockMaskLaunch<DocumentVariant>(_gpu, kernel, in variantOnGpu);
        // Without room there are two passes, and tables in memory.
        BlockMaskArguments arguments = BlockMaskArguments.For(default, heads: 1);

        using CudaBoundsTables tables = CudaBoundsTables.Build(in launch, ref arguments, _gpu.DefaultStream);
        using CpuBoundsTables expected = CpuBoundsTables.Build(in variant);
        int ints = 2 * BoundsTable.NodesOf(length);
        BoundsTable table = arguments.Tables[0], expectedTable = expected.Tables[0];

        Assert.That(Copy(*(int**)&table, ints), Is.EqualTo(new ReadOnlySpan<int>(*(int**)&expectedTable, ints).ToArray()));
    }

    private static void AssertClose(AttentionOutput<Half> actual, AttentionOutput<Half> expected) =>
        Assert.That(Elements.Widen(actual.Output.ToArray()), Is.EqualTo(Elements.Widen(expected.Output.ToArray())).Within(2e-3));

    private static BlockMaskOptions Blocks(int queryBlock, int keyBlock) => new() { QueryBlockSize = queryBlock, KeyBlockSize = keyBlock };

    private BlockMask OnCpu(int queryLength, int keyLength, int queryBlock, int keyBlock) =>
        BlockMask.Create(DocumentVariant.Bind(_ids, 15), Batch, Heads, queryLength, keyLength, Blocks(queryBlock, keyBlock));

    private BlockMask OnGpu(int queryLength, int keyLength, int queryBlock, int keyBlock, CudaStream? stream = null) =>
        BlockMask.Create(
            DocumentVariant.Bind(_idsOnGpu, 15),
            Batch,
            Heads,
            queryLength,
            keyLength,
            Blocks(queryBlock, keyBlock) with { Device = _gpu, Stream = stream });

    private DeviceTensor<Half> Random(int batch, int heads, int queries)
    {
        var random = new Random(5);
        Half[] items = [.. Enumerable.Range(0, batch * heads * queries * 64).Select(_ => (Half)random.NextSigned())];
        return DeviceTensor<Half>.From(items, [batch, heads, queries, 64], _gpu);
    }

    private void AssertSameLists(BlockMaskView view, BlockMaskView expected, int rows)
    {
        AssertSameLists(view.PartialRanges, view.PartialIndices, expected.PartialRanges, expected.PartialIndices, rows);
        AssertSameLists(view.FullRanges, view.FullIndices, expected.FullRanges, expected.FullIndices, rows);
    }

    private void AssertSameLists(int* ranges, int* indices, int* expectedRanges, int* expectedIndices, int rows)
    {
        int[] onHost = Copy(ranges, 2 * rows);
        int[] blocks = Copy(indices, onHost.DefaultIfEmpty(0).Max());
        for (int row = 0; row < rows; row++)
        {
            int[] expected = new ReadOnlySpan<int>(
                expectedIndices + expectedRanges[2 * row], expectedRanges[(2 * row) + 1] - expectedRanges[2 * row]).ToArray();
            Assert.That(blocks[onHost[2 * row]..onHost[(2 * row) + 1]], Is.EqualTo(expected), $"row {row}");
        }
    }

    private int[] Copy(int* first, int length)
    {
        using DeviceTensor<int> tensor = DeviceTensor<int>.Borrow(_gpu, (nint)first, [length]);
        return tensor.ToArray();
    }

    /// <summary>Work that takes a GPU some milliseconds.</summary>
    private sealed class LongWork(CudaDevice gpu) : IDisposable
    {
        private readonly DeviceTensor<float> _q = DeviceTensor<float>.Create(gpu, 1, 16, 4096, 64);
        private AttentionOutput<float>? _output;

        public void Queue(CudaStream stream)
        {
            _output ??= AttentionEngine.Forward(_q, _q, _q, default(PlainVariant));
            for (int i = 0; i < 3; i++)
                AttentionEngine.Forward(_q, _q, _q, default(PlainVariant), _output, new ForwardOptions { Stream = stream });
        }

        public void Dispose()
        {
            gpu.Synchronize();
            _output?.Dispose();
            _q.Dispose();
        }
    }
}
