using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;
using FlexAttention.Tests.Infrastructure;
using FlexAttention.Tests.Transforms;

namespace FlexAttention.Tests.RandomVariants;

/// <summary>What the passes of the CUDA kernels make of a random score is that score, in its unit.</summary>
public sealed class RandomPassTests
{
    private const int FirstSeed = 1;
    private const int Count = 300;
    private const double Log2E = 1.4426950408889634;
    private const double Tolerance = 1e-4;

    /// <summary>A power of two: a score is then exactly the scale times its dot product, and decides what the method decides.</summary>
    private const float Scale = 0.25f;

    private static readonly RandomVariant[] Sources = [.. Enumerable.Range(FirstSeed, Count).Select(RandomVariantWriter.Write)];

    private readonly Dictionary<string, object> _captures = Captures(new RandomCaptures(seed: 9));

    [Test]
    public void Passes_KeepEveryScore()
    {
        VariantModel[] scores = [.. GeneratorRunner.Run(RandomVariantWriter.File(Sources)).Models().Where(model => model.Score is not null)];

        Assert.That(scores, Has.Length.GreaterThan(Count / 3));
        foreach (VariantModel model in scores)
            Check(model, Sources.Single(source => source.Name == model.MethodName));
    }

    private void Check(VariantModel model, RandomVariant source)
    {
        (IrFunction kernel, ScoreUnit unit) = Graphs.KernelScore(model, Scale);
        double factor = unit == ScoreUnit.Dot ? Scale : 1 / Log2E;
        object[] captures = [.. model.Captures.Select(capture => _captures[capture.Name])];
        foreach (VariantPoint point in VariantPoints.Draw(source.Seed))
        {
            double expected = Evaluate(model.Score!, captures, point, point.Score);
            double actual = factor * Evaluate(kernel, captures, point, point.Score / Scale);
            bool same = actual.Equals(expected) || Math.Abs(actual - expected) <= Tolerance * (1 + Math.Abs(expected));
            Assert.That(same, () => $"The kernel gives {actual}, the method {expected} at {point} of {source}");
        }
    }

    private static double Evaluate(IrFunction function, object[] captures, VariantPoint point, float score) =>
        (float)new IrInterpreter(captures, [point.B, point.H, point.Q, point.Kv], score).Evaluate(function);

    private static Dictionary<string, object> Captures(RandomCaptures x) => new(StringComparer.OrdinalIgnoreCase)
    {
        [nameof(x.N)] = x.N,
        [nameof(x.X)] = x.X,
        [nameof(x.Flag)] = x.Flag,
        [nameof(x.Ids)] = x.Ids,
        [nameof(x.Table)] = x.Table,
    };
}
