using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace FlexAttention.Tests.Runtime;

public sealed class DeviceTensorTests
{
    [Test]
    public void Create_IsZeroedDenseAndAligned()
    {
        using var tensor = DeviceTensor<float>.Create(Device.Cpu, 2, 3, 4, 5);

        Assert.That(tensor.Shape.ToArray(), Is.EqualTo(new long[] { 2, 3, 4, 5 }));
        Assert.That(tensor.Strides.ToArray(), Is.EqualTo(new long[] { 60, 20, 5, 1 }));
        Assert.That(tensor.Length, Is.EqualTo(120));
        Assert.That(tensor.ElementType, Is.EqualTo(ElementType.Float32));
        Assert.That((long)tensor.Pointer % 64, Is.Zero);
        Assert.That(tensor.ToArray(), Is.All.Zero);
        Assert.That(tensor.ToString(), Does.StartWith("Float32 [2, 3, 4, 5] on CPU"));
    }

    [Test]
    public void From_KeepsTheOrderOfEveryRank()
    {
        using var one = DeviceTensor<int>.From([1, 2, 3]);
        using var two = DeviceTensor<int>.From(new[,] { { 1, 2 }, { 3, 4 } });
        using var three = DeviceTensor<int>.From(new[,,] { { { 1 }, { 2 } }, { { 3 }, { 4 } } });
        using var four = DeviceTensor<int>.From(new[,,,] { { { { 1, 2 } }, { { 3, 4 } } } });

        Assert.That(one.ToArray(), Is.EqualTo(new[] { 1, 2, 3 }));
        Assert.That(two.ToArray(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
        Assert.That(three.Shape.ToArray(), Is.EqualTo(new long[] { 2, 2, 1 }));
        Assert.That(four.Shape.ToArray(), Is.EqualTo(new long[] { 1, 2, 1, 2 }));
        Assert.That(four.ToArray(), Is.EqualTo(new[] { 1, 2, 3, 4 }));
    }

    [Test]
    public void Permute_SeesRowsOfAnotherOrderWithoutACopy()
    {
        // [B, S, H, D] as [B, H, S, D].
        using var stored = DeviceTensor<int>.From(Enumerable.Range(0, 12).ToArray(), [1, 3, 2, 2]);
        DeviceTensor<int> view = stored.Permute(0, 2, 1, 3);

        Assert.That(view.Pointer, Is.EqualTo(stored.Pointer));
        Assert.That(view.Strides.ToArray(), Is.EqualTo(new long[] { 12, 2, 4, 1 }));
        Assert.That(view.IsContiguous, Is.False);
        Assert.That(view.ToArray(), Is.EqualTo(new[] { 0, 1, 4, 5, 8, 9, 2, 3, 6, 7, 10, 11 }));
        Assert.That(stored.Transpose(1, 2).ToArray(), Is.EqualTo(view.ToArray()));
        using DeviceTensor<int> dense = view.To(Device.Cpu);
        Assert.That(dense.IsContiguous);
        Assert.That(dense.ToArray(), Is.EqualTo(view.ToArray()));
    }

    [Test]
    public void Slice_SeesPartOfOneDimension()
    {
        using var tensor = DeviceTensor<int>.From(Enumerable.Range(0, 12).ToArray(), [3, 4]);

        Assert.That(tensor.Slice(1, 1, 2).ToArray(), Is.EqualTo(new[] { 1, 2, 5, 6, 9, 10 }));
        Assert.That(tensor.Slice(0, 2, 1).View(4).ToArray(), Is.EqualTo(new[] { 8, 9, 10, 11 }));
        Assert.That(tensor.Slice(0, 3, 0).Length, Is.Zero);
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(0, 2, 2));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(2, 0, 1));
        Assert.Throws<ArgumentOutOfRangeException>(() => tensor.Slice(0, 1, long.MaxValue));
    }

    [Test]
    public void View_NeedsAContiguousTensorAndAsManyElements()
    {
        using var tensor = DeviceTensor<int>.From(Enumerable.Range(0, 12).ToArray(), [3, 4]);

        Assert.That(tensor.View(2, 6).Slice(0, 1, 1).ToArray(), Is.EqualTo(new[] { 6, 7, 8, 9, 10, 11 }));
        Assert.Throws<ArgumentException>(() => tensor.View(5));
        Assert.Throws<InvalidOperationException>(() => tensor.Transpose(0, 1).View(12));
        Assert.Throws<ArgumentException>(() => tensor.Permute(0, 0));
        Assert.Throws<ArgumentException>(() => tensor.Permute(0));
    }

    [Test]
    public void DisposedTensor_DisposesItsViewsAndSaysSo()
    {
        var tensor = DeviceTensor<float>.Create(Device.Cpu, 4);
        DeviceTensor<float> view = tensor.View(2, 2);
        tensor.Dispose();
        tensor.Dispose();

        Assert.That(view.IsDisposed);
        Assert.Throws<ObjectDisposedException>(() => _ = tensor.Pointer);
        Assert.Throws<ObjectDisposedException>(() => view.ToArray());
        Assert.Throws<ObjectDisposedException>(() => view.Slice(0, 0, 1));
    }

    [Test]
    public void DisposedView_LeavesItsTensorAlive()
    {
        using var tensor = DeviceTensor<float>.From([1, 2]);
        tensor.View(2, 1).Dispose();

        Assert.That(tensor.ToArray(), Is.EqualTo(new[] { 1f, 2f }));
    }

    [Test]
    public unsafe void Borrow_ReadsForeignMemoryWithStrides()
    {
        float* memory = stackalloc float[6] { 0, 1, 2, 3, 4, 5 };
        using var tensor = DeviceTensor<float>.Borrow(Device.Cpu, (nint)memory, [2, 2], [3, 1]);
        using var expanded = DeviceTensor<float>.Borrow(Device.Cpu, (nint)memory, [3, 2], [0, 1]);

        Assert.That(tensor.ToArray(), Is.EqualTo(new[] { 0f, 1f, 3f, 4f }));
        Assert.That(expanded.ToArray(), Is.EqualTo(new[] { 0f, 1f, 0f, 1f, 0f, 1f }));
    }

    [Test]
    public void Borrow_RefusesWhatCannotBe()
    {
        Assert.That(Failure(() => DeviceTensor<float>.Borrow(Device.Cpu, 0, [2])), Is.EqualTo("pointer"));
        Assert.That(Failure(() => DeviceTensor<float>.Borrow(Device.Cpu, 6, [2])), Is.EqualTo("pointer"));
        Assert.That(Failure(() => DeviceTensor<float>.Borrow(Device.Cpu, 8, [2, 2], [1])), Is.EqualTo("strides"));
        Assert.That(Failure(() => DeviceTensor<float>.Borrow(Device.Cpu, 8, [2], [-1])), Is.EqualTo("strides"));
        Assert.That(Failure(() => DeviceTensor<float>.Create(Device.Cpu, -1)), Is.EqualTo("shape"));
        Assert.That(Failure(() => DeviceTensor<float>.Create(Device.Cpu)), Is.EqualTo("shape"));
        Assert.That(Failure(() => DeviceTensor<float>.Create(Device.Cpu, 1, 1, 1, 1, 1)), Is.EqualTo("shape"));
        Assert.That(Failure(() => DeviceTensor<float>.Create(null!, 1)), Is.EqualTo("device"));
        Assert.That(Failure(() => DeviceTensor<float>.From([1, 2], [3])), Is.EqualTo("source"));
        Assert.Throws<NotSupportedException>(() => DeviceTensor<decimal>.Create(Device.Cpu, 1));
        Assert.Throws<OverflowException>(() => DeviceTensor<float>.Create(Device.Cpu, long.MaxValue, 2));
    }

    [Test]
    public void Lengths_GoPastThirtyTwoBits()
    {
        // Nothing is read: the strides are zero but for the last.
        nint one = Marshal.AllocHGlobal(8);
        using var tensor = DeviceTensor<float>.Borrow(Device.Cpu, one, [1L << 20, 1L << 20], [0, 0]);
        Marshal.FreeHGlobal(one);

        Assert.That(tensor.Length, Is.EqualTo(1L << 40));
        Assert.Throws<InvalidOperationException>(() => tensor.AsSpan());
        using var dense = DeviceTensor<byte>.Borrow(Device.Cpu, one, [1L << 32]);
        Assert.That((long)(dense.Slice(0, (1L << 32) - 1, 1).Pointer - dense.Pointer), Is.EqualTo(uint.MaxValue));
    }

    [Test]
    public void Array_ConvertsToATensorAndNullStaysNull()
    {
        DeviceTensor<float> tensor = new[] { 1f, 2f };
        DeviceTensor<float>? nothing = (float[]?)null;

        Assert.That(tensor.ToArray(), Is.EqualTo(new[] { 1f, 2f }));
        Assert.That(nothing, Is.Null);
    }

    [Test]
    public void AsSpan_WritesThrough()
    {
        using var tensor = DeviceTensor<Half>.Create(Device.Cpu, 3);
        tensor.AsSpan().Fill((Half)2);
        tensor.AsSpan()[1] = (Half)3;

        Assert.That(tensor.ToArray(), Is.EqualTo(new[] { (Half)2, (Half)3, (Half)2 }));
        tensor.CopyFrom([(Half)1, (Half)1, (Half)1]);
        Assert.That(tensor.AsSpan().ToArray(), Is.All.EqualTo((Half)1));
        Assert.Throws<ArgumentException>(() => tensor.CopyTo(new Half[2]));
    }

    [Test]
    public void TensorWithGaps_IsNeitherASpanNorOverwritten()
    {
        using var tensor = DeviceTensor<int>.Create(Device.Cpu, 2, 3);
        DeviceTensor<int> column = tensor.Slice(1, 0, 1);

        Assert.Throws<InvalidOperationException>(() => column.AsSpan());
        Assert.Throws<InvalidOperationException>(() => column.CopyFrom([1, 2]));
    }

    [Test]
    public void ForgottenTensor_IsFreedByTheCollector()
    {
        WeakReference memory = Forget();
        for (int i = 0; i < 10 && memory.IsAlive; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }

        Assert.That(memory.IsAlive, Is.False);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static WeakReference Forget() => new(HostMemory.Allocate(1024, zeroed: false), trackResurrection: true);
    }

    private static string? Failure(Action code) => (Assert.Catch<ArgumentException>(code))!.ParamName;
}
