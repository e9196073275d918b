using FlexAttention.Cpu;
using FlexAttention.Tests.Conformance;
using FlexAttention.Tests.Variants;

namespace FlexAttention.Tests.Gradients;

/// <summary>
/// The gradients of every variant in double against differences of the whole attention, which share nothing with the dense
/// reference's formulas.
/// </summary>
[Parallelizable(ParallelScope.All)]
public sealed class CentralDifferenceTests
{
    private const double Step = 1e-3;

    private static readonly ProblemShape Shape = new(1, 2, 1, 19, 23, 8, 6);

    [Test]
    public void Gradients_AgreeWithDifferences([ValueSource(typeof(VariantCatalogue), nameof(VariantCatalogue.All))] VariantCase variant)
    {
        VariantInstance instance = variant.Create(Shape.Variant, seed: 5);
        using var tensors = new ProblemTensors<double>(Shape, Device.Cpu);
        using VariantCall call = instance.On(Device.Cpu);
        using AttentionOutput<double> output = call.Forward(tensors.Q, tensors.K, tensors.V, new ForwardOptions { ReturnLse = true });
        double[] weights = [.. Enumerable.Range(0, (int)output.Output.Length).Select(i => Math.Sin(i))];
        using DeviceTensor<double> dOutput = DeviceTensor<double>.From(weights, output.Output.Shape);
        using AttentionGradients<double> gradients = call.Backward(tensors.Q, tensors.K, tensors.V, output, dOutput);

        ReferenceAttention problem = ReferenceAttention.Of(tensors.Q, tensors.K, tensors.V, instance.OracleScore, instance.OracleKeeps);
        Check(problem.Q, gradients.Dq, () => Loss(problem, weights), "dq");
        Check(problem.K, gradients.Dk, () => Loss(problem, weights), "dk");
        Check(problem.V, gradients.Dv, () => Loss(problem, weights), "dv");
        foreach ((int capture, DeviceTensor<float> gradient) in call.Learned(gradients))
        {
            int element = (int)gradient.Length / 2;
            double expected = new LearnedElement(instance, capture, element).Derivative(moved => Loss(Of(moved), weights));
            Assert.That(gradient.ToArray()[element], Is.EqualTo(expected).Within(1e-4 * (1 + Math.Abs(expected))), $"capture {capture}");
        }

        ReferenceAttention Of(VariantInstance moved) =>
            ReferenceAttention.Of(tensors.Q, tensors.K, tensors.V, moved.OracleScore, moved.OracleKeeps);
    }

    private static void Check(double[] items, DeviceTensor<double> gradient, Func<double> loss, string what)
    {
        double[] actual = gradient.ToArray();
        foreach (int element in (int[])[0, items.Length / 2, items.Length - 1])
        {
            double value = items[element];
            double expected = FiniteDifference.Of(
                step =>
                {
                    items[element] = value + step;
                    return loss();
                },
                Step);
            items[element] = value;
            Assert.That(actual[element], Is.EqualTo(expected).Within(2e-6 * (1 + Math.Abs(expected))), $"{what}, element {element}");
        }
    }

    private static double Loss(ReferenceAttention problem, double[] weights) =>
        problem.Compute().Output.Zip(weights, static (x, weight) => x * weight).Sum();
}
