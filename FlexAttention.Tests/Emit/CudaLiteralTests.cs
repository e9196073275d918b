using FlexAttention.Generators.Emit.Cuda;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Tests.Emit;

public sealed class CudaLiteralTests
{
    [TestCase(1f, "1.0f")]
    [TestCase(-0f, "-0.0f")]
    [TestCase(0.1f, "0.1f")]
    [TestCase(16777216f, "16777216.0f")]
    [TestCase(1.17549435e-38f, "1.1754944e-38f")]
    [TestCase(float.MaxValue, "3.4028235e+38f")]
    [TestCase(float.PositiveInfinity, "flex::kInfinity")]
    [TestCase(float.NegativeInfinity, "-flex::kInfinity")]
    [TestCase(float.NaN, "flex::kNaN")]
    public void Single_ReadsBackAsTheSameBits(float value, string expected) =>
        Assert.That(CudaLiterals.Of(IrConstants.Float(IrType.Float32, value)).Text, Is.EqualTo(expected));

    [TestCase(0.1, "0.10000000000000001")]
    [TestCase(-2.0, "-2.0")]
    [TestCase(double.NegativeInfinity, "flex::to_double(-flex::kInfinity)")]
    public void Double_ReadsBackAsTheSameBits(double value, string expected) =>
        Assert.That(CudaLiterals.Of(IrConstants.Float(IrType.Float64, value)).Text, Is.EqualTo(expected));

    [TestCase(nameof(IrType.Int32), -5, "-5")]
    [TestCase(nameof(IrType.Int32), int.MinValue, "(-2147483647 - 1)")]
    [TestCase(nameof(IrType.UInt32), -1, "4294967295u")]
    [TestCase(nameof(IrType.Int64), long.MinValue, "(-9223372036854775807LL - 1)")]
    [TestCase(nameof(IrType.UInt64), -1, "18446744073709551615ULL")]
    [TestCase(nameof(IrType.Bool), 1, "true")]
    public void Integer_HasItsTypesSuffix(string type, long value, string expected) =>
        Assert.That(CudaLiterals.Of(IrConstants.Integer(Enum.Parse<IrType>(type), value)).Text, Is.EqualTo(expected));

    [Test]
    public void Log2E_IsNamed() =>
        Assert.That(CudaLiterals.Of(IrConstants.Float(IrType.Float32, 1.44269504f)).Text, Is.EqualTo("flex::kLog2E"));
}
