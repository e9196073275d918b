using System.Reflection;
using FlexAttention.Compilation;
using FlexAttention.Descriptors;
using FlexAttention.Tests.Infrastructure;

namespace FlexAttention.Tests.Generators;

/// <summary>
/// Names that mean something in the emitted C# or CUDA, but not in the user's C#: they are escaped there, not forbidden.
/// </summary>
public sealed class OddNameTests
{
    private static readonly string[] Scalars =
    [
        "@double", "@class", "register", "NAN", "threadIdx", "signbit", "größe", "__x", "_X", "_x", "flex", "FLEX_FORWARD", "std",
        "score", "b", "h", "kv", "scale", "dot", "head", "row", "column", "mask", "check", "checker", "this_", "v0", "v1", "i0", "n0",
        "Variant", "Descriptor", "ApplyScore", "Equals", "scores", "count", "i", "lanes", "TLanes", "TFloat", "kvs", "device",
        "variant", "Forward", "Bind", "CudaSource", "Odd", "OddKernel_", "System", "global", "value", "field", "await", "record",
        "left", "right", "maximum", "int32_t", "float4", "half", "sinf", "expf", "min", "blockIdx", "asm", "var", "T",
    ];

    private static readonly string[] Buffers = ["@float", "extent", "stride", "data", "Data", "Buffer", "load", "slopes", "K", "Q"];

    [Test]
    public void Captures_AreEscapedInBothTargets()
    {
        string parameters = string.Join(", ", [.. Scalars.Select(static name => "float " + name), .. Buffers.Select(static name => $"ReadOnlySpan<float> {name}")]);
        string sum = string.Join(" + ", [.. Scalars, .. Buffers.Select(static name => name + "[k0]")]);

        Compile(VariantSource.Members(
            $"""
            [AttentionVariant] public static partial bool Mask(int b0, int h0, int q0, int k0, {parameters}) => {sum} > q0;
            [AttentionVariant(Mask = nameof(Mask))]
            public static partial float Odd(float s0, int b0, int h0, int q0, int k0, {parameters}) => s0 * ({sum});
            """));
    }

    [TestCase("@double")]
    [TestCase("Variant")]
    [TestCase("Descriptor")]
    [TestCase("Forward")]
    [TestCase("flex")]
    [TestCase("main")]
    [TestCase("Größe")]
    [TestCase("_")]
    [TestCase("__M")]
    [TestCase("System")]
    [TestCase("Head")]
    [TestCase("Kernel")]
    [TestCase("variant")]
    [TestCase("arguments")]
    [TestCase("exp")]
    [TestCase("dim3")]
    public void Methods_AreEscapedInBothTargets(string name) => Compile(VariantSource.Members(
        $"[AttentionVariant] public static partial bool {name}(int b, int h, int q, int kv, int window) => q - kv < window;"));

    [Test]
    public void TypesAndNamespaces_MayBeCalledAsTheLibrarys() => Compile(
        """
        using System;
        using FlexAttention;

        namespace System.Demo.FlexAttention
        {
            public static partial class Math
            {
                public static partial class System
                {
                    [AttentionVariant] public static partial bool Mask(int b, int h, int q, int kv, ReadOnlySpan<int> ids) => ids[q] == ids[kv];
                }
            }
        }
        """);

    /// <summary>The text of the method stands in comments of both targets, and in a string of one.</summary>
    [TestCase("/* a */ kv <= q /* b */")]
    [TestCase("kv <= q // ends in a backslash \\\n")]
    [TestCase("kv <= q // ??/ */ /* \"\"\" \"\"\"\" {0} {{")]
    [TestCase("\"\"\"a\"\"\".Length > 0 && kv <= q")]
    [TestCase("kv <= q // größe, 注意")]
    public void Text_NeverEndsTheCommentItStandsIn(string body)
    {
        GeneratorRun run = GeneratorRunner.Run(VariantSource.Members($"[AttentionVariant] public static partial bool Mask(int b, int h, int q, int kv) => {body}\n;"));

        Assert.That(run.CompilerMessages(), Is.Empty);
        if (run.Diagnostics.Count == 0)
            Compile(run);
    }

    private static void Compile(string source)
    {
        GeneratorRun run = GeneratorRunner.Run(source);
        Assert.That(run.Diagnostics, Is.Empty);
        Assert.That(run.CompilerMessages(), Is.Empty);
        Compile(run);
    }

    private static void Compile(GeneratorRun run)
    {
        Requires.Nvrtc();
        foreach (VariantDescriptor variant in Descriptors(run))
        {
            ForwardConfig config = ForwardConfig.Plain(GpuArchitecture.Sm80, MathMode.Exact);
            foreach (KernelKind kind in (KernelKind[])[KernelKind.Evaluate, KernelKind.Check])
            {
                CompiledKernel kernel = NvrtcCompiler.Compile(KernelUnit.Of(variant, kind, config, GpuArchitecture.Sm80));
                Assert.That(kernel.Image, Is.Not.Empty);
            }
        }
    }

    private static VariantDescriptor[] Descriptors(GeneratorRun run)
    {
        using var image = new MemoryStream();
        Assert.That(run.Output.Emit(image).Success);
        VariantDescriptor[] descriptors =
        [
            .. Assembly.Load(image.ToArray()).GetTypes()
                .Where(static type => type.Name.EndsWith("Kernel", StringComparison.Ordinal))
                .Select(static type => type.GetProperty("Descriptor", BindingFlags.Public | BindingFlags.Static)?.GetValue(null))
                .OfType<VariantDescriptor>(),
        ];
        Assert.That(descriptors, Is.Not.Empty);
        return descriptors;
    }
}
