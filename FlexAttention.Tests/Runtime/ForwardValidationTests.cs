using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Runtime;

/// <summary>Everything that a caller can get wrong in a forward call names the argument at fault.</summary>
public sealed class ForwardValidationTests
{
    private DeviceTensor<float> _q = null!;
    private DeviceTensor<float> _k = null!;
    private DeviceTensor<float> _v = null!;

    [SetUp]
    public void CreateTensors()
    {
        _q = Tensor(2, 4, 5, 8);
        _k = Tensor(2, 2, 7, 8);
        _v = Tensor(2, 2, 7, 6);
    }

    [TearDown]
    public void DisposeTensors()
    {
        _q.Dispose();
        _k.Dispose();
        _v.Dispose();
    }

    [Test]
    public void NullTensor_IsNamed()
    {
        Assert.That(Fault(() => Forward(null!, _k, _v)), Is.EqualTo("q"));
        Assert.That(Fault(() => Forward(_q, null!, _v)), Is.EqualTo("k"));
        Assert.That(Fault(() => Forward(_q, _k, null!)), Is.EqualTo("v"));
        Assert.That(Fault(() => AttentionEngine.Forward(_q, _k, _v, default(PlainVariant), (AttentionOutput<float>)null!)), Is.EqualTo("output"));
    }

    [Test]
    public void WrongRank_IsNamedWithTheShape()
    {
        Assert.That(Fault(() => Forward(Tensor(4, 5, 8), _k, _v), "[4, 5, 8]"), Is.EqualTo("q"));
        Assert.That(Fault(() => Forward(_q, Tensor(7), _v), "[7]"), Is.EqualTo("k"));
        Assert.That(Fault(() => Forward(_q, _k, Tensor(2, 7, 6)), "[2, 7, 6]"), Is.EqualTo("v"));
    }

    [Test]
    public void DisposedTensor_IsNamed()
    {
        DeviceTensor<float> disposed = Disposed(2, 2, 7, 8);

        Assert.That(DisposedName(() => Forward(disposed, _k, _v)), Is.EqualTo("q"));
        Assert.That(DisposedName(() => Forward(_q, disposed, _v)), Is.EqualTo("k"));
        Assert.That(DisposedName(() => Forward(_q, _k, disposed)), Is.EqualTo("v"));
        Assert.That(DisposedName(() => Forward(_q, _k, _v, new() { Sinks = Disposed(4) })), Is.EqualTo("Sinks"));
        Assert.That(DisposedName(() => Into(Disposed(2, 4, 5, 6))), Is.EqualTo("output"));
        Assert.That(
            DisposedName(() => Into(Tensor(2, 4, 5, 6), Disposed(2, 4, 5), new() { ReturnLse = true })), Is.EqualTo("output"));
    }

    [Test]
    public void OutputThatCannotBeWritten_IsNamed()
    {
        using var broadcast = DeviceTensor<float>.Borrow(Device.Cpu, _v.Pointer, [2, 4, 5, 6], [0, 30, 6, 1]);
        using DeviceTensor<float> q = Tensor(2, 4, 5, 8), v = Tensor(2, 2, 7, 8);

        Assert.That(Fault(() => Into(broadcast), "stride is 0"), Is.EqualTo("output"));
        Assert.That(
            Fault(() => AttentionEngine.Forward(q, _k, v, default(PlainVariant), new AttentionOutput<float>(q)), "memory of its own"),
            Is.EqualTo("output"));
    }

    [Test]
    public void DimensionPastThirtyTwoBits_IsNamed()
    {
        // Never read: the check comes first.
        using var keys = DeviceTensor<float>.Borrow(Device.Cpu, 64, [2, 2, 1L << 31, 8]);
        using var values = DeviceTensor<float>.Borrow(Device.Cpu, 64, [2, 2, 1L << 31, 6]);

        Assert.That(Fault(() => Forward(_q, keys, values), "2^31"), Is.EqualTo("k"));
    }

    [Test]
    public void MismatchedShapes_AreNamedWithBothShapes()
    {
        Assert.That(Fault(() => Forward(_q, Tensor(3, 2, 7, 8), _v), "[3, 2, 7, 8]"), Is.EqualTo("k"), "batch");
        Assert.That(Fault(() => Forward(_q, _k, Tensor(1, 2, 7, 6)), "[1, 2, 7, 6]"), Is.EqualTo("v"), "batch");
        Assert.That(Fault(() => Forward(_q, Tensor(2, 2, 7, 4), _v), "[2, 4, 5, 8]"), Is.EqualTo("k"), "head dimension");
        Assert.That(Fault(() => Forward(_q, Tensor(2, 3, 7, 8), Tensor(2, 3, 7, 6)), "multiple"), Is.EqualTo("k"), "4 query heads over 3");
        Assert.That(Fault(() => Forward(_q, Tensor(2, 0, 7, 8), Tensor(2, 0, 7, 6)), "multiple"), Is.EqualTo("k"), "no key heads");
        Assert.That(Fault(() => Forward(_q, _k, Tensor(2, 4, 7, 6)), "heads"), Is.EqualTo("v"));
        Assert.That(Fault(() => Forward(_q, _k, Tensor(2, 2, 6, 6)), "keys"), Is.EqualTo("v"));
    }

    [TestCase(0)]
    [TestCase(257)]
    [TestCase(300)]
    public void HeadDimension_IsOneTo256(int headDim)
    {
        Assert.That(Fault(() => Forward(Tensor(2, 4, 5, headDim), Tensor(2, 2, 7, headDim), _v), "256"), Is.EqualTo("q"));
        Assert.That(Fault(() => Forward(_q, _k, Tensor(2, 2, 7, headDim)), "256"), Is.EqualTo("v"));
    }

    [Test]
    public void LastStride_MustBeOne()
    {
        using DeviceTensor<float> stored = Tensor(2, 4, 8, 5);

        Assert.That(Fault(() => Forward(stored.Transpose(2, 3), _k, _v), ".To("), Is.EqualTo("q"));
    }

    [Test]
    public void ElementTypeWithoutAKernel_IsNotSupported()
    {
        using var integers = DeviceTensor<int>.Create(Device.Cpu, 1, 1, 1, 1);

        Assert.That(
            Assert.Throws<NotSupportedException>(() => AttentionEngine.Forward(integers, integers, integers, default(PlainVariant)))!.Message,
            Does.Contain("Int32").And.Contain("Half, BFloat16 or float"));
    }

    [TestCase(float.NaN)]
    [TestCase(float.PositiveInfinity)]
    public void Scale_MustBeFinite(float scale) =>
        Assert.That(Fault(() => Forward(_q, _k, _v, new() { Scale = scale }), "Scale"), Is.EqualTo("options"));

    [Test]
    public void Sinks_MustHaveOneValueAHead()
    {
        Assert.That(Fault(() => Forward(_q, _k, _v, new() { Sinks = Tensor(2) }), "[4]"), Is.EqualTo("Sinks"));
        Assert.That(Fault(() => Forward(_q, _k, _v, new() { Sinks = Tensor(4, 1) }), "1 dimensions"), Is.EqualTo("Sinks"));
    }

    [Test]
    public void Output_MustHaveTheResultsShapes()
    {
        Assert.That(Fault(() => Into(Tensor(2, 4, 5, 8)), "[2, 4, 5, 6]"), Is.EqualTo("output"));
        Assert.That(Fault(() => Into(Tensor(2, 4, 6, 5).Transpose(2, 3)), "stride"), Is.EqualTo("output"));
        Assert.That(Fault(() => Into(Tensor(2, 4, 5, 6), null, new() { ReturnLse = true }), "ReturnLse"), Is.EqualTo("output"));
        Assert.That(Fault(() => Into(Tensor(2, 4, 5, 6), null, new() { ReturnRowMax = true }), "ReturnRowMax"), Is.EqualTo("output"));
        Assert.That(Fault(() => Into(Tensor(2, 4, 5, 6), Tensor(2, 4, 1), new() { ReturnLse = true }), "[2, 4, 5]"), Is.EqualTo("output"));
        Assert.That(
            Fault(() => Into(Tensor(2, 4, 5, 6), Tensor(2, 5, 4).Transpose(1, 2), new() { ReturnLse = true }), "contiguous"),
            Is.EqualTo("output"));
    }

    private static AttentionOutput<float> Forward(
        DeviceTensor<float> q, DeviceTensor<float> k, DeviceTensor<float> v, ForwardOptions? options = null) =>
        AttentionEngine.Forward(q, k, v, default(PlainVariant), options);

    private void Into(DeviceTensor<float> output, DeviceTensor<float>? lse = null, ForwardOptions? options = null) =>
        AttentionEngine.Forward(_q, _k, _v, default(PlainVariant), new AttentionOutput<float>(output, lse), options);

    private static DeviceTensor<float> Disposed(params long[] shape)
    {
        DeviceTensor<float> tensor = Tensor(shape);
        tensor.Dispose();
        return tensor;
    }

    private static string DisposedName(Action call) => Assert.Throws<ObjectDisposedException>(() => call())!.ObjectName;

    private static DeviceTensor<float> Tensor(params long[] shape) => DeviceTensor<float>.Create(Device.Cpu, shape);

    private static string? Fault(Action call, string telling = "")
    {
        ArgumentException failure = Assert.Catch<ArgumentException>(call)!;
        Assert.That(failure.Message, Does.Contain(telling));
        return failure.ParamName;
    }
}
