using System.Globalization;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>
/// Writes <c>learn</c>, which adds what a pair contributes to the gradients of captures, and the functions that write the sums over
/// pairs which share an element.
/// </summary>
internal sealed class LearningHookWriter
{
    private const string PairTemplate = "template <typename Q, typename Kv, typename Sums>";

    private readonly HookScope _scope;
    private readonly KernelGradient _gradient;
    private readonly LearnedElements _elements;
    private readonly KernelGraph _graph;
    private readonly SourceWriter _writer;
    private readonly LearnedSum[] _sums;
    private readonly CaptureDerivative[] _ofPairs;
    private readonly int[] _learnables;

    public LearningHookWriter(HookScope scope, KernelGradient gradient)
    {
        (_scope, _gradient, _graph, _writer) = (scope, gradient, scope.Staged.Graph, scope.Unit.Writer);
        _elements = scope.Staged.Learned!;
        _sums = LearnedSum.Of(gradient.ByCapture, _elements);
        _ofPairs = [.. gradient.ByCapture.Where(item => _elements.ReachOf(item) == ElementReach.Pair)];
        _learnables = scope.Unit.Learnables;
    }

    public void Write()
    {
        _writer.WriteLine();
        foreach (LearnedSum sum in _sums)
            _writer.WriteLine($"static constexpr int {sum.Constant} = {Text(sum.Items.Count)};");
        bool hasUniform = _gradient.ByLoop.Any(_elements.IsUniform);
        _writer.WriteLine($"static constexpr bool kHasUniformSums = {(hasUniform ? "true" : "false")};");
        _writer.WriteLine();
        _writer.WriteLine("// What a pair adds to the gradients of captures; the gradient is that of its score.");
        WriteLearn();
        foreach (LearnedSum sum in _sums.Where(static sum => sum.Items.Count > 0))
            WriteTotals(sum);
    }

    private void WriteLearn()
    {
        using (_scope.PairFunction("void learn", $"float dot, {HookScope.PairParameters}, float gradient, Sums& sums", PairTemplate))
        {
            BodyWriter body = _scope.CreateBody();
            body.Write([.. _elements.NeededToLearn.Where(node => !IsOne(node))]);
            _scope.Unit.Lines.Leave();
            foreach (LearnedSum sum in _sums)
                WriteContributions(sum, body);
            foreach (CaptureDerivative item in _ofPairs)
                WriteAddition(item.Capture, Contribution(item, body), item.Indices.Select(i => body[i]));
            foreach (LoopDerivative item in _gradient.ByLoop)
                WriteLoop(item, body);
            _scope.Unit.Lines.Leave();
        }
    }

    private void WriteContributions(LearnedSum sum, BodyWriter body)
    {
        string place = sum.Argument.Length > 0 ? ", " + sum.Argument : "";
        for (int i = 0; i < sum.Items.Count; i++)
        {
            string contribution = Contribution(sum.Items[i], body);
            _writer.WriteLine($"sums.template add_to_{sum.Name}<{Text(i)}>({contribution}{place});");
        }
    }

    private void WriteLoop(LoopDerivative item, BodyWriter body) => body.WriteLoop(item.Loop, results => WriteAddition(
        item.Capture, Contribution(results[0]), results.Skip(1), _elements.IsUniform(item) ? "add_uniform" : "add"));

    private void WriteAddition(int capture, string value, IEnumerable<CudaExpression> indices, string function = "add")
    {
        IEnumerable<string> arguments = indices.Select(static index => index.Text).Prepend(value);
        _writer.WriteLine($"sums.template {function}<{Text(_learnables[capture])}>({string.Join(", ", arguments)});");
    }

    /// <summary>The function that writes the totals of one place.</summary>
    private void WriteTotals(LearnedSum sum)
    {
        string place = sum.Parameter.Length > 0 ? ", " + sum.Parameter : "";
        _writer.WriteLine();
        _writer.WriteLine("template <typename Sums>");
        using (_writer.Block($"FLEX_DEVICE void write_{sum.Name}(int b, int h{place}, const float (&totals)[{sum.Constant}], Sums& sums) const"))
        {
            BodyWriter body = _scope.CreatePlainBody();
            NamePositions(body, sum.Reach);
            body.Write([.. sum.Items.SelectMany(static item => item.Indices)]);
            for (int i = 0; i < sum.Items.Count; i++)
                WriteAddition(sum.Items[i].Capture, $"totals[{Text(i)}]", sum.Items[i].Indices.Select(index => body[index]));
            _scope.Unit.Lines.Leave();
        }
    }

    /// <summary>
    /// An index that pairs of one element differ in makes no difference to what they share, however it gets there: it may be 0. Of
    /// the pairs that are equally far apart it is the key's.
    /// </summary>
    private void NamePositions(BodyWriter body, ElementReach reach)
    {
        for (int i = 0; i < _graph.Nodes.Count; i++)
        {
            CudaExpression? name = _graph.Nodes[i] switch
            {
                IndexNode { Index: IrIndex.Query } => reach switch
                {
                    ElementReach.Query => null,
                    ElementReach.Distance => CudaExpression.Primary("distance"),
                    _ => CudaExpression.Primary("0"),
                },
                IndexNode { Index: IrIndex.Key } when reach != ElementReach.Key => CudaExpression.Primary("0"),
                OperationNode operation when reach == ElementReach.Distance => NameOfDistance(operation),
                _ => null,
            };
            if (name is { } known)
                body[i] = known;
        }
    }

    private CudaExpression? NameOfDistance(OperationNode operation) =>
        operation.Op != IrOp.Subtract ? null : (_graph.Nodes[operation.Arguments[0]], _graph.Nodes[operation.Arguments[1]]) switch
        {
            (IndexNode { Index: IrIndex.Query }, IndexNode { Index: IrIndex.Key }) => CudaExpression.Primary("distance"),
            (IndexNode { Index: IrIndex.Key }, IndexNode { Index: IrIndex.Query }) => CudaExpression.Unary("-distance"),
            _ => null,
        };

    private bool IsOne(int derivative) => _graph.Nodes[derivative] is ConstantNode constant && constant.Is(1);

    private string Contribution(CaptureDerivative item, BodyWriter body) =>
        IsOne(item.Derivative) ? "gradient" : Contribution(body[item.Derivative]);

    private static string Contribution(CudaExpression derivative) => $"flex::contribution(gradient, {derivative})";

    private static string Text(int value) => value.ToString(CultureInfo.InvariantCulture);
}
