using System.Reflection;
using System.Runtime.InteropServices;
using FlexAttention.Descriptors;
using FlexAttention.Generators.Emit.Cpu;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Tests.Emit.Cpu;

/// <summary>The typed class beside a method: what it declares and that it compiles without a warning.</summary>
internal sealed class KernelClassTests
{
    private static readonly CaptureModel[] EveryScalar =
    [
        new("flag", CaptureElement.Bool, 0),
        new("size", CaptureElement.Int64, 0),
        new("view", CaptureElement.Float32, 3),
        new("factor", CaptureElement.Float32, 0),
        new("wide", CaptureElement.Float64, 0),
        new("mask", CaptureElement.UInt32, 0),
        new("count", CaptureElement.Int32, 0),
    ];

    [Test]
    public void Struct_HasTheLayoutOfTheCudaStruct()
    {
        Type type = EmittedVariant.Of(VariantModels.Score(static ir => ir.Score(), EveryScalar)).Struct;

        // Each field at the next multiple of its alignment, which is its size; a view's is that of its pointer.
        Assert.That(
            EveryScalar.Select(capture => (capture.Name, Marshal.OffsetOf(type, capture.Name).ToInt32())),
            Is.EqualTo(new[] { ("flag", 0), ("size", 8), ("view", 16), ("factor", 56), ("wide", 64), ("mask", 72), ("count", 76) }));
        Assert.That(Marshal.SizeOf(type), Is.EqualTo(80));
    }

    [TestCase("q", "k", "v", "output", "options", "device", "variant", "T")]
    [TestCase("query", "key", "value", "result", "batch", "heads", "queryLength", "keyLength")]
    [TestCase("scores", "count", "kv", "i", "v0", "kvs", "score", "rejected")]
    [TestCase("Descriptor", "ApplyScore", "Check", "Variant", "ToString", "CpuSource", "Bind", "Forward")]
    [TestCase("float", "class", "new", "this", "await", "field", "params", "in")]
    public void CaptureNames_OfAnyKind_Compile(params string[] names)
    {
        CaptureModel[] captures = [.. names.Select(static (name, i) => new CaptureModel(name, CaptureElement.Float32, i % 2))];
        VariantModel model = VariantModels.Mask(
            ir => Enumerable.Range(0, names.Length)
                .Select(i => i % 2 == 0 ? ir.Scalar(IrType.Float32, i) : ir.Load(IrType.Float32, i, [ir.Index(IrIndex.Key)]))
                .Select(value => ir.Operation(IrOp.Less, value, ir.Float32(3f)))
                .Aggregate(ir.And),
            captures);

        VariantDescriptor descriptor = EmittedVariant.Of(model).Descriptor;

        Assert.That(descriptor.Captures.Select(static capture => capture.Name), Is.EqualTo(names));
    }

    [TestCase("slopes", "Slopes", "_x", "x1")]
    [TestCase("sinks", "q", "k", "dispose")]
    [TestCase("scores", "gradients", "derivatives", "targets")]
    [TestCase("gradient", "sum0", "dOutput", "T")]
    [TestCase("class", "Gradients", "deconstruct", "ofCapture")]
    public void NamesOfCapturesThatLearn_Compile(params string[] names)
    {
        CaptureModel[] captures = [.. names.Select(static (name, i) => new CaptureModel(name, CaptureElement.Float32, i % 2) { IsLearnable = true })];
        VariantModel model = VariantModels.Score(
            ir => Enumerable.Range(0, names.Length)
                .Select(i => i % 2 == 0 ? ir.Scalar(IrType.Float32, i) : ir.Load(IrType.Float32, i, [ir.Index(IrIndex.Key)]))
                .Aggregate(ir.Score(), (sum, value) => ir.Operation(IrOp.Multiply, sum, value)),
            captures);

        VariantDescriptor descriptor = EmittedVariant.Of(model).Descriptor;

        Assert.That(descriptor.Captures.Select(static capture => capture.IsLearnable), Is.All.True);
        Assert.That(descriptor.Captures[1].IndexedBy, Is.EqualTo(IndexDependence.Key));
    }

    [Test]
    public void Descriptor_SaysWhatTheVariantIs()
    {
        VariantModel model = VariantModels.Mask(
            static ir => ir.Operation(IrOp.LessOrEqual, ir.Index(IrIndex.Key), ir.Index(IrIndex.Query)), EveryScalar);

        VariantDescriptor descriptor = EmittedVariant.Of(model).Descriptor;

        Assert.Multiple(() =>
        {
            Assert.That(descriptor.Name, Is.EqualTo("Demo.Variants.Mask"));
            Assert.That(descriptor.MaskName, Is.EqualTo("Demo.Variants.Mask"));
            Assert.That(descriptor.HasMask, Is.True);
            Assert.That(descriptor.HasScore, Is.False);
            Assert.That(descriptor.MaskDependence, Is.EqualTo(IndexDependence.Query | IndexDependence.Key));
            Assert.That(descriptor.CpuSource, Does.StartWith("[global::").And.Contain("struct Variant"));
            Assert.That(descriptor.Captures[2], Is.EqualTo(new CaptureDescriptor("view", typeof(float), 3)));
        });
    }

    [Test]
    public void CudaSource_WithQuotesAndDirectives_IsKeptToTheLetter()
    {
        const string Cuda = "#include \"flex/variant.cuh\"\n\n#if X\n  // \"\"\"\" {0} {{\n#endif";
        VariantModel model = VariantModels.Mask(static ir => ir.Bool(true));

        Assembly assembly = VariantCompiler.Compile(
            VariantCompiler.Emit(model, Cuda),
            "namespace Demo; /// <summary>A.</summary>\npublic static partial class Variants { /// <summary>B.</summary>\n"
            + "public static partial bool Mask(int b, int h, int qIndex, int kvIndex) => true; }");

        Type kernel = assembly.GetType("Demo.Variants+MaskKernel", throwOnError: true)!;
        Assert.That(kernel.GetProperty("CudaSource")!.GetValue(null), Is.EqualTo(Cuda));
    }

    [TestCase(0.1f)]
    [TestCase(16777217f)]
    [TestCase(float.Epsilon)]
    [TestCase(float.MaxValue)]
    [TestCase(-0f)]
    [TestCase(1 / 3f)]
    [TestCase(float.NegativeInfinity)]
    [TestCase(float.NaN)]
    public void Literal_OfAFloat_GivesBackItsBits(float value)
    {
        var ir = new IrBuilder();
        string text = CSharpLiteral.Of((ConstantNode)ir[ir.Float32(value)]);

        Assembly assembly = VariantCompiler.Compile(
            $"/// <summary>A.</summary>\npublic static class Literal {{ /// <summary>B.</summary>\npublic static float Value => {text}; }}");

        var result = (float)assembly.GetType("Literal", throwOnError: true)!.GetProperty("Value")!.GetValue(null)!;
        Assert.That(BitConverter.SingleToInt32Bits(result), Is.EqualTo(BitConverter.SingleToInt32Bits(value)));
    }
}
