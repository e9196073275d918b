using FlexAttention.Execution;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Masking;

/// <summary>Block masks that are built on a GPU, and fitted to tiles there.</summary>
[TestFixture, Category("Gpu")]
public sealed unsafe class GpuBlockMaskTests
{
    private const int Batch = 2;
    private const int Heads = 3;

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

    /// <summary>Calls on any stream find the mask ready, whatever stream it was built on.</summary>
    [Test]
    public void CallOnAnotherStream_WaitsForTheMask()
    {
        using CudaStream building = CudaStream.Create(_gpu), calling = CudaStream.CreateForCapture(_gpu);
        using DeviceTensor<Half> q = Queries();
        using AttentionOutput<Half> expected = DocumentMasks.DocumentKernel.Forward(q, q, q, _idsOnGpu);
        for (int i = 0; i < 20; i++)
        {
            using BlockMask mask = DocumentMasks.DocumentKernel.CreateBlockMask(
                Batch, Heads, 300, 300, _idsOnGpu, new() { QueryBlockSize = 64, KeyBlockSize = 64, Stream = building });
            using AttentionOutput<Half> output = DocumentMasks.DocumentKernel.Forward(
                q, q, q, _idsOnGpu, new() { BlockMask = mask, Stream = calling });
            calling.Synchronize();

            AssertClose(output, expected);
        }
    }

    /// <summary>A capture cannot wait for other streams: the host does, and the graph finds the mask ready.</summary>
    [Test]
    public void CallInACapture_WaitsForTheMask()
    {
        using DeviceTensor<Half> q = Queries();
        using AttentionOutput<Half> expected = DocumentMasks.DocumentKernel.Forward(q, q, q, _idsOnGpu);
        using AttentionOutput<Half> output = DocumentMasks.DocumentKernel.Forward(q, q, q, _idsOnGpu);
        output.Output.CopyFrom(new Half[output.Output.Length]);
        using CudaStream building = CudaStream.Create(_gpu);
        // Multiples of all tiles, so that the lists need not be fitted to one.
        using BlockMask mask = DocumentMasks.DocumentKernel.CreateBlockMask(
            Batch, Heads, 300, 300, _idsOnGpu, new() { QueryBlockSize = 384, KeyBlockSize = 384, Stream = building });

        using CudaGraph graph = CudaGraph.Capture(_gpu, stream => DocumentMasks.DocumentKernel.Forward(
            q, q, q, _idsOnGpu, output, new() { BlockMask = mask, Stream = stream }));
        graph.Launch();

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
            Throws.InvalidOperationException.With.Message.Contains("make one such call before it"));
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

    private DeviceTensor<Half> Queries()
    {
        var random = new Random(5);
        Half[] items = [.. Enumerable.Range(0, Batch * Heads * 300 * 64).Select(_ => (Half)random.NextSigned())];
        return DeviceTensor<Half>.From(items, [Batch, Heads, 300, 64], _gpu);
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
}
