using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Conformance;

/// <summary>Every variant through the CPU kernel.</summary>
[Parallelizable(ParallelScope.All)]
public sealed class CpuConformanceTests
{
    private static readonly string[] HalfPrecision = ["causal", "ALiBi", "softcap and causal", "pair bias", "padding by length"];

    private static IEnumerable<VariantCase> Some => HalfPrecision.Select(VariantCatalogue.Find);

    [Test]
    public void Float_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        foreach (ProblemShape shape in ProblemShapes.All)
            VariantConformance.Check<float>(variant, shape, Device.Cpu);
    }

    [Test]
    public void Double_KeepsTheBound([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        foreach (ProblemShape shape in ProblemShapes.Few)
            VariantConformance.Check<double>(variant, shape, Device.Cpu);
    }

    [Test]
    public void Half_KeepsTheBound([ValueSource(nameof(Some))] VariantCase variant)
    {
        foreach (ProblemShape shape in ProblemShapes.Few)
            VariantConformance.Check<Half>(variant, shape, Device.Cpu);
    }

    [Test]
    public void EveryOption_KeepsTheBound(
        [ValueSource(nameof(Some))] VariantCase variant, [ValueSource(typeof(CallOptions), nameof(CallOptions.All))] CallSettings settings)
    {
        foreach (ProblemShape shape in ProblemShapes.Few)
            VariantConformance.Check<float>(variant, shape, Device.Cpu, settings);
    }

    [Test]
    public void BFloat16_KeepsTheBound([ValueSource(nameof(Some))] VariantCase variant)
    {
        foreach (ProblemShape shape in ProblemShapes.Few)
            VariantConformance.Check<BFloat16>(variant, shape, Device.Cpu);
    }
}
