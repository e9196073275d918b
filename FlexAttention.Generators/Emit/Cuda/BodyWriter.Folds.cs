using System.Globalization;
using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Folds, as loops.</summary>
internal sealed partial class BodyWriter
{
    /// <summary>Writes a loop that carries nothing; its arguments have been written.</summary>
    /// <param name="loop">The loop.</param>
    /// <param name="writeResults">Writes what an iteration does with the results of the body.</param>
    public void WriteLoop(FoldNode loop, Action<IReadOnlyList<CudaExpression>> writeResults)
    {
        string[] arguments = [.. loop.Arguments.Select(Hoisted)];
        string counter = _names.NextCounter();
        using (LoopBlock(loop, counter, arguments))
        {
            Precision precision = ExactnessAnalysis.IsExact(loop) ? Precision.Exact : Precision.Fast;
            BodyWriter body = BodyOf(loop, default, precision, [counter, .. arguments.Skip(2)]);
            body.Write([.. loop.Body.Results]);
            writeResults([.. loop.Body.Results.Select(result => body[result])]);
        }
    }

    private void WriteFold(int node, FoldNode fold)
    {
        string[] arguments = [.. fold.Arguments.Select(Hoisted)];
        string[] carried = [.. Enumerable.Range(0, fold.CarriedCount).Select(_ => _names.NextValue())];
        string counter = _names.NextCounter();
        EnterLine(node);
        for (int i = 0; i < carried.Length; i++)
            _unit.Writer.WriteLine($"{CudaTypes.Of(_nodes[fold.Arguments[2 + i]].Type)} {carried[i]} = {arguments[2 + i]};");
        using (LoopBlock(fold, counter, arguments))
        {
            IEnumerable<string> passed = arguments.Skip(2 + fold.CarriedCount);
            WriteBody(fold, node, [counter, .. carried, .. passed], carried);
        }

        SetResults(node, carried);
    }

    private IDisposable LoopBlock(FoldNode fold, string counter, string[] arguments)
    {
        if (!IsShort(fold))
            _unit.Writer.WriteLine("#pragma unroll 1");
        string relation = fold.Step > 0 ? "<" : ">";
        return _unit.Writer.Block($"for (int {counter} = {arguments[0]}; {counter} {relation} {arguments[1]}; {Advance(counter, fold.Step)})");
    }

    /// <summary>
    /// Whether the compiler may unroll a loop. Kernels repeat a pair's code for each score that a thread holds: unrolled too,
    /// a loop would fill the instruction cache and take seconds to compile.
    /// </summary>
    private bool IsShort(FoldNode fold)
    {
        const int Longest = 4;
        return _nodes[fold.Arguments[0]] is ConstantNode start
            && _nodes[fold.Arguments[1]] is ConstantNode end
            && (end.Bits - start.Bits) / fold.Step < Longest;
    }

    /// <summary>What a loop reads stands before it under a name.</summary>
    private string Hoisted(int node)
    {
        CudaExpression expression = _expressions[node];
        bool isName = expression.Precedence >= Precedence.Unary && expression.IsCheap && _nodes[node] is not OperationNode;
        if (!isName && !IsIdentifier(expression.Text))
            _expressions[node] = Named(node, expression);
        return AsNumber(node).Text;
    }

    private static bool IsIdentifier(string text) => text.All(static c => char.IsLetterOrDigit(c) || c is '_' or '.');

    /// <summary>A step of one cannot pass the end; a longer one could wrap, as it does in C#.</summary>
    private static string Advance(string counter, int step) => step switch
    {
        1 => $"++{counter}",
        -1 => $"--{counter}",
        _ => $"{counter} = flex::add({counter}, {step.ToString(CultureInfo.InvariantCulture)})",
    };

    private void WriteBody(FoldNode fold, int node, string[] parameters, string[] carried)
    {
        // A loop stands on one line as far as messages are concerned.
        Origin origin = _origins.Count > node ? _origins[node] : default;
        BodyWriter body = BodyOf(fold, origin, _precision[node], parameters);
        body.Write(ReportsLoads ? [.. fold.Body.Results, .. LoadReports.Inputs(fold.Body.Nodes)] : [.. fold.Body.Results]);
        body.Assign(carried, fold.Body.Results);
    }

    private BodyWriter BodyOf(FoldNode fold, Origin origin, Precision precision, string[] parameters)
    {
        EquatableArray<IrNode> nodes = fold.Body.Nodes;
        var body = new BodyWriter(
            _unit,
            _names,
            nodes,
            new(Enumerable.Repeat(origin, nodes.Count)),
            [.. Enumerable.Repeat(precision, nodes.Count)])
        {
            ReportsLoads = ReportsLoads,
        };
        for (int i = 0; i < nodes.Count; i++)
        {
            if (nodes[i] is RegionParameterNode parameter)
                body[i] = CudaExpression.Primary(parameters[parameter.Parameter]);
        }

        return body;
    }

    /// <summary>Sets all carried values at once: each new one may be made of any of the old.</summary>
    private void Assign(string[] targets, EquatableArray<int> results)
    {
        (string Target, int Result)[] changed =
            [.. targets.Zip(results, static (target, result) => (target, result)).Where(pair => _expressions[pair.result].Text != pair.target)];
        if (changed.Length > 1)
        {
            foreach ((_, int result) in changed)
                _expressions[result] = Named(result, _expressions[result]);
        }

        foreach ((string target, int result) in changed)
        {
            EnterLine(result);
            _unit.Writer.WriteLine($"{target} = {_expressions[result]};");
        }
    }

    private void SetResults(int fold, string[] carried)
    {
        for (int i = fold + 1; i < _nodes.Count; i++)
        {
            if (_nodes[i] is FoldResultNode result && result.Fold == fold)
                _expressions[i] = CudaExpression.Primary(carried[result.Carried]);
        }
    }
}
