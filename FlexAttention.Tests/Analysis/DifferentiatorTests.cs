using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Intrinsics;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Tests.Gradients;
using FlexAttention.Tests.Lowering;

namespace FlexAttention.Tests.Analysis;

/// <summary>What is left of a derivative after simplification, and the rule of each operation against its values.</summary>
internal sealed class DifferentiatorTests
{
    private static readonly CaptureModel[] Scalars =
    [
        new("x", CaptureElement.Float64, 0) { IsLearnable = true },
        new("y", CaptureElement.Float64, 0) { IsLearnable = true },
        new("z", CaptureElement.Float64, 0) { IsLearnable = true },
    ];

    /// <summary>Arguments in every function's domain, and where none has an edge.</summary>
    private static readonly Dictionary<IrOp, double[]> Arguments = new()
    {
        [IrOp.Acosh] = [1.7],
        [IrOp.Remainder] = [7.3, 2.2],
        [IrOp.FusedMultiplyAdd] = [0.4, 0.7, -0.3],
    };

    private static IEnumerable<IrOp> Differentiable =>
        IntrinsicTable.All.Where(row => row.Derivative is not null && row.Op is not (IrOp.Select or IrOp.Convert)).Select(row => row.Op);

    [TestCase("score + slope * (kv - q)", "1f")]
    [TestCase("slope * MathF.Tanh(score / slope)", "sub 1f, v3")]
    [TestCase("slope", "0f")]
    [TestCase("score > slope ? score : 0.5f", "select v0, 1f, 0f")]
    [TestCase("MathF.Floor(score)", "0f")]
    [TestCase("2 * score - score * 4", "-2f")]
    [TestCase("(float)(slope * Math.Tanh((double)score / slope))", "convert v7")]
    public void ByScore_IsSimplified(string score, string derivative)
    {
        IrFunction function = LoweredVariant.Create(VariantSource.Score(score, "float slope")).Lowered.Function;
        ScoreGradient gradient = Differentiator.Run(function, [new("slope", CaptureElement.Float32, 0)]);

        string[] lines = IrPrinter.Print(new IrFunction(gradient.Nodes, gradient.ByScore)).TrimEnd().Split('\n');

        string result = lines[^1]["return ".Length..];
        string text = lines.FirstOrDefault(line => line.StartsWith(result + ":", StringComparison.Ordinal)) is { } line ? line.Split(" = ")[1] : result;
        Assert.That(text, Is.EqualTo(derivative), string.Join("\n", lines));
    }

    [Test]
    public void Rule_OfEachOperation_AgreesWithItsValues([ValueSource(nameof(Differentiable))] IrOp op)
    {
        double[] arguments = Arguments.GetValueOrDefault(op) ?? [0.4, 0.7];
        int arity = op is IrOp.FusedMultiplyAdd ? 3 : IsBinary(op) ? 2 : 1;
        ScoreGradient gradient = Differentiator.Run(Function(op, arity), Scalars);

        Assert.That(gradient.ByCapture, Has.Count.EqualTo(op is IrOp.CopySign ? 1 : op is IrOp.Minimum or IrOp.Maximum ? 2 : arity));
        foreach (CaptureDerivative item in gradient.ByCapture)
        {
            double expected = FiniteDifference.Of(step => Value(op, arity, Moved(arguments, item.Capture, step)), 1e-3);
            var actual = (float)Evaluate(new IrFunction(gradient.Nodes, item.Derivative), arguments);
            Assert.That(actual, Is.EqualTo(expected).Within(1e-6 * (1 + Math.Abs(expected))), $"by argument {item.Capture}");
        }
    }

    [Test]
    public void Branch_ThatIsNotTaken_DoesNotMatter()
    {
        IrFunction function = LoweredVariant.Create(VariantSource.Score("score > 0 ? MathF.Sqrt(score) : score")).Lowered.Function;
        ScoreGradient gradient = Differentiator.Run(function, []);

        var derivative = new IrFunction(gradient.Nodes, gradient.ByScore);
        Assert.That(new IrInterpreter([], [0, 0, 0, 0], -4).Evaluate(derivative), Is.EqualTo(1f));
        Assert.That(new IrInterpreter([], [0, 0, 0, 0], 4).Evaluate(derivative), Is.EqualTo(0.25f));
    }

    [Test]
    public void Loop_CarriesDerivatives()
    {
        // score^(n+1) * slope^n, and a carried value that has a derivative from the second iteration on only.
        IrFunction function = LoweredVariant.Create(VariantSource.Members(
            """
                [AttentionVariant]
                public static partial float Score(float score, int b, int h, int q, int kv, float slope, int n)
                {
                    float x = score, late = 0;
                    for (int i = 0; i < n; i++)
                    {
                        late += x;
                        x *= score * slope;
                    }

                    return x + late;
                }
            """)).Lowered.Function;
        CaptureModel[] captures = [new("slope", CaptureElement.Float32, 0) { IsLearnable = true }, new("n", CaptureElement.Int32, 0)];
        ScoreGradient gradient = Differentiator.Run(function, captures);

        // n = 3, slope = 2: 8 s⁴ + s + 2 s² + 4 s³.
        object Of(int node) => new IrInterpreter([2f, 3], [0, 0, 0, 0], 0.5f).Evaluate(new IrFunction(gradient.Nodes, node));
        Assert.That(Of(gradient.Score), Is.EqualTo(0.5f + 0.5f + 0.5f + 0.5f));
        Assert.That(Of(gradient.ByScore), Is.EqualTo((32 * 0.125f) + 1 + (4 * 0.5f) + (12 * 0.25f)));
        Assert.That(gradient.ByCapture, Has.Count.EqualTo(1));
        // By slope: 3 slope² s⁴ + s² + 2 slope s³.
        Assert.That(Of(gradient.ByCapture[0].Derivative), Is.EqualTo((12 * 0.0625f) + 0.25f + (4 * 0.125f)));
    }

    [Test]
    public void Buffer_ReadTwice_HasADerivativeForEachAccess()
    {
        IrFunction function = LoweredVariant.Create(VariantSource.Score("score + bias[q] * bias[kv] + bias[q]", "ReadOnlySpan<float> bias")).Lowered.Function;
        ScoreGradient gradient = Differentiator.Run(function, [new("bias", CaptureElement.Float32, 1) { IsLearnable = true }]);

        var interpreter = new IrInterpreter([new[] { 3f, 5f }], [0, 0, 1, 0], 0);
        IEnumerable<(object, object)> found = gradient.ByCapture.Select(item => (
            interpreter.Evaluate(new IrFunction(gradient.Nodes, item.Indices[0])), interpreter.Evaluate(new IrFunction(gradient.Nodes, item.Derivative))));
        Assert.That(found, Is.EquivalentTo(new (object, object)[] { (1, 4f), (0, 5f) }));
    }

    [Test]
    public void BufferReadInALoop_HasADerivativeForEachIteration()
    {
        IrFunction function = LoweredVariant.Create(VariantSource.Members(
            """
                [AttentionVariant]
                public static partial float Score(float score, int b, int h, int q, int kv, ReadOnlySpan<float> table)
                {
                    float sum = score;
                    for (int i = 0; i < table.Length; i++)
                        sum += 3 * table[i];
                    return sum;
                }
            """)).Lowered.Function;
        CaptureModel[] captures = [new("table", CaptureElement.Float32, 1) { IsLearnable = true }];
        ScoreGradient gradient = Differentiator.Run(function, captures);

        LoopDerivative loop = gradient.ByLoop.Single();
        Assert.That(gradient.IsScoreShifted);
        Assert.That(loop.Loop.Body.Results.Select(result => loop.Loop.Body.Nodes[result]).Last(), Is.EqualTo(new RegionParameterNode(IrType.Int32, 0)));
        Assert.That(IrPrinter.Print(gradient, captures), Does.Contain("by table = fold (i = 0; i < table.length0; i += 1)"));
    }

    /// <summary>The operation on captured doubles, as a score.</summary>
    private static IrFunction Function(IrOp op, int arity)
    {
        var ir = new IrBuilder();
        int value = ir.Operation(op, [.. Enumerable.Range(0, arity).Select(i => ir.Scalar(IrType.Float64, i))]);
        return ir.ToFunction(ir.Convert(IrType.Float32, value));
    }

    private static double Value(IrOp op, int arity, double[] arguments)
    {
        var ir = new IrBuilder();
        int value = ir.Operation(op, [.. Enumerable.Range(0, arity).Select(i => ir.Scalar(IrType.Float64, i))]);
        return (double)Evaluate(ir.ToFunction(value), arguments);
    }

    private static object Evaluate(IrFunction function, double[] arguments) =>
        new IrInterpreter([.. arguments.Select(x => (object)x)], [0, 0, 0, 0], 0).Evaluate(function);

    private static double[] Moved(double[] arguments, int position, double step) =>
        [.. arguments.Select((x, i) => i == position ? x + step : x)];

    private static bool IsBinary(IrOp op) =>
        op is IrOp.Add or IrOp.Subtract or IrOp.Multiply or IrOp.Divide or IrOp.Remainder or IrOp.Minimum or IrOp.Maximum
            or IrOp.Power or IrOp.Atan2 or IrOp.CopySign;
}
