using FlexAttention.Descriptors;

namespace FlexAttention.Tests.Runtime;

public sealed class CaptureBinderTests
{
    [Test]
    public unsafe void Tensor_BecomesAView()
    {
        using var tensor = DeviceTensor<float>.Create(Device.Cpu, 3, 4);
        CaptureView view = CaptureBinder.Bind(tensor.Transpose(0, 1), 2, Device.Cpu, "bias");

        Assert.That((nint)view.Data, Is.EqualTo(tensor.Pointer));
        Assert.That(new[] { view.Extent[0], view.Extent[1], view.Extent[2], view.Extent[3] }, Is.EqualTo(new[] { 4, 3, 1, 1 }));
        Assert.That(new[] { view.Stride[0], view.Stride[1], view.Stride[2], view.Stride[3] }, Is.EqualTo(new[] { 1, 4, 0, 0 }));
        Assert.That(sizeof(CaptureView), Is.EqualTo(40));
    }

    [Test]
    public void Null_NamesTheCapture() =>
        Assert.That(Assert.Throws<ArgumentNullException>(() => CaptureBinder.Bind(null, 1, Device.Cpu, "slopes"))!.ParamName, Is.EqualTo("slopes"));

    [Test]
    public void WrongRank_NamesTheCaptureAndBothRanks()
    {
        using var tensor = DeviceTensor<float>.Create(Device.Cpu, 3, 4);
        ArgumentException failure = Assert.Throws<ArgumentException>(() => CaptureBinder.Bind(tensor, 1, Device.Cpu, "slopes"))!;

        Assert.That(failure.ParamName, Is.EqualTo("slopes"));
        Assert.That(failure.Message, Does.Contain("has 1 dimensions").And.Contain("[3, 4]"));
    }

    [Test]
    public void Disposed_NamesTheCapture()
    {
        var tensor = DeviceTensor<float>.Create(Device.Cpu, 3);
        tensor.Dispose();

        Assert.That(
            Assert.Throws<ObjectDisposedException>(() => CaptureBinder.Bind(tensor, 1, Device.Cpu, "slopes"))!.ObjectName,
            Is.EqualTo("slopes"));
    }

    [Test]
    public void LargerThanKernelsCanIndex_IsRefused()
    {
        using var tensor = DeviceTensor<byte>.Borrow(Device.Cpu, 64, [2, 2], [1L << 31, 1]);
        using var reaching = DeviceTensor<byte>.Borrow(Device.Cpu, 64, [3, 2], [1L << 30, 1]);

        Assert.Throws<ArgumentException>(() => CaptureBinder.Bind(tensor, 2, Device.Cpu, "bias"));
        Assert.Throws<ArgumentException>(() => CaptureBinder.Bind(reaching, 2, Device.Cpu, "bias"));
    }
}
