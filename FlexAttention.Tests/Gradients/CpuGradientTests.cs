using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>The gradients of every variant of the catalogue against the dense reference.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CpuGradientTests
{
    private static readonly ProblemShape[] Shapes =
    [
        new(1, 1, 1, 1, 1, 8, 8),
        new(2, 4, 2, 17, 17, 16, 16),
        new(1, 2, 1, 129, 127, 24, 40),
        new(1, 2, 2, 60, 131, 5, 3),
        new(1, 2, 2, 0, 17, 16, 16),
        new(1, 2, 2, 17, 0, 16, 16),
    ];

    private static readonly ProblemShape Few = new(2, 4, 2, 70, 133, 16, 24);

    private static readonly string[] Names = ["causal", "ALiBi", "softcap and causal", "pair bias", "padding by length"];

    private static IEnumerable<VariantCase> Some => Names.Select(VariantCatalogue.Find);

    /// <summary>In double the lse, which is float, bounds the accuracy.</summary>
    [Test]
    public void Double_AgreesWithTheReference([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        foreach (ProblemShape shape in Shapes)
            Check<double>(variant, shape, 2e-6);
    }

    [Test]
    public void Float_AgreesWithTheReference([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant) =>
        Check<float>(variant, Few, 2e-5);

    [Test]
    public void Half_AgreesWithTheReference([ValueSource(nameof(Some))] VariantCase variant) =>
        Check<Half>(variant, Few, 2e-3);

    [Test]
    public void BFloat16_AgreesWithTheReference([ValueSource(nameof(Some))] VariantCase variant) =>
        Check<BFloat16>(variant, Few, 1.5e-2);

    [Test]
    public void EveryOption_KeepsTheBoundOfTheNaive(
        [ValueSource(nameof(Some))] VariantCase variant,
        [ValueSource(typeof(GradientOptions), nameof(GradientOptions.All))] GradientSettings settings) =>
        GradientConformance<float>.Check(variant, Few, Device.Cpu, settings);

    /// <summary>The bound that GPU kernels keep, too.</summary>
    [Test]
    public void EveryType_KeepsTheBoundOfTheNaive([ValueSource(nameof(Some))] VariantCase variant)
    {
        GradientConformance<float>.Check(variant, Few, Device.Cpu, new());
        GradientConformance<Half>.Check(variant, Few, Device.Cpu, new());
        GradientConformance<BFloat16>.Check(variant, Few, Device.Cpu, new());
    }

    private static void Check<T>(VariantCase variant, ProblemShape shape, double tolerance)
        where T : unmanaged =>
        GradientConformance<T>.Check(variant, shape, Device.Cpu, new() { Tolerance = tolerance });
}
