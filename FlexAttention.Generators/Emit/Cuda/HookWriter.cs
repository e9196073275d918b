using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes the functions that the attention kernels call for tiles, rows, columns and pairs.</summary>
internal sealed class HookWriter
{
    private const string QueryTemplate = "template <typename Q>";
    private const string KeyTemplate = "template <typename Kv>";

    private readonly HookScope _scope;
    private readonly UnitContext _unit;
    private readonly StagedGraph _staged;
    private readonly KernelGraph _graph;

    public HookWriter(HookScope scope)
    {
        _scope = scope;
        (_unit, _staged, _graph) = (scope.Unit, scope.Staged, scope.Staged.Graph);
    }

    public void Write()
    {
        HookConstants.Write(_unit.Writer, _staged, hasShift: _scope.Shift.Count > 0, masksKeySets: _scope.KeySetMask is not null);
        _unit.Writer.WriteLine();
        WriteMembers("Head", _staged.Head, "once a tile");
        WriteMembers("Row", _staged.Row, "once a row");
        WriteMembers("Column", _staged.Column, "once a column");
        _unit.Writer.WriteLine();
        WriteStage("Head", "head", "float scale, int b, int h", _staged.Head);
        _unit.Writer.WriteLine(QueryTemplate);
        WriteStage("Row", "row", "const Head& head, int b, int h, Q q", _staged.Row);
        _unit.Writer.WriteLine(KeyTemplate);
        WriteStage("Column", "column", "const Head& head, int b, int h, Kv kv", _staged.Column);
        if (_graph.Score != KernelGraph.None)
        {
            _unit.Writer.WriteLine();
            _unit.Writer.WriteLine(_staged.Unit == ScoreUnit.Log2
                ? "// In log2 units, over the factor: log2(e) * method(scale * dot) / kScoreFactor."
                : "// In units of the dot product: method(scale * dot) / scale.");
            WriteResult("float score", $"float dot, {HookScope.PairParameters}", _graph.Score);
        }

        if (_scope.Shift.Count > 0)
        {
            _unit.Writer.WriteLine();
            _unit.Writer.WriteLine("// What the score of every key of a tile lacks.");
            WriteShift();
        }

        if (_graph.Mask != KernelGraph.None)
        {
            _unit.Writer.WriteLine();
            WriteResult("bool mask", HookScope.PairParameters, _graph.Mask);
            if (_scope.KeySetMask is { } mask)
                new KeySetWriter(_scope, mask).Write();
        }
    }

    private void WriteMembers(string type, IReadOnlyList<int> nodes, string when)
    {
        if (nodes.Count == 0)
        {
            _unit.Writer.WriteLine($"struct {type} {{}};");
            return;
        }

        using (_unit.Writer.Block($"struct {type}", $"}};  // {when}"))
        {
            foreach (int node in nodes)
                _unit.Writer.WriteLine($"{CudaTypes.Of(_graph.Nodes[node].Type)} {_scope.MemberName(node)};");
        }
    }

    private void WriteStage(string type, string name, string parameters, IReadOnlyList<int> nodes)
    {
        string header = $"FLEX_DEVICE {type} {name}({parameters}) const";
        if (nodes.Count == 0)
        {
            _unit.Writer.WriteLine($"{header} {{ return {{}}; }}");
            return;
        }

        using (_unit.Writer.Block(header))
        {
            _unit.Writer.WriteLine($"{type} {name};");
            // Members of earlier stages are known; those of this one become known one by one.
            BodyWriter body = _scope.CreateBody(unknownMembers: nodes);
            foreach (int node in nodes)
            {
                body.Write([node]);
                body.EnterLine(node);
                _unit.Writer.WriteLine($"{_scope.Member(node)} = {body[node]};");
                body[node] = _scope.Member(node);
            }

            _unit.Lines.Leave();
            _unit.Writer.WriteLine($"return {name};");
        }
    }

    private void WriteResult(string name, string parameters, int result)
    {
        using (_scope.PairFunction(name, parameters))
        {
            BodyWriter body = _scope.CreateBody();
            body.Write([result]);
            body.EnterLine(result);
            _unit.Writer.WriteLine($"return {body[result]};");
            _unit.Lines.Leave();
        }
    }

    private void WriteShift()
    {
        _unit.Writer.WriteLine(HookScope.PairTemplate);
        using (_unit.Writer.Block($"FLEX_DEVICE float shift(const Head& head, const Row& row, {HookScope.PairParameters}) const"))
        {
            BodyWriter body = _scope.CreateBody();
            (int Coefficient, int Key)[] products = [.. _scope.Shift.Select(term => _scope.Keys.ScaledKey(term.Node)!.Value)];
            body.Write([.. products.SelectMany(static product => new[] { product.Coefficient, product.Key })]);
            string sum = "";
            for (int i = 0; i < products.Length; i++)
            {
                string sign = _scope.Shift[i].IsSubtracted ? "-" : "+";
                string product = CudaOperations.ScaledBase(body[products[i].Coefficient], body[products[i].Key]).Text;
                sum = i > 0 ? $"{sum} {sign} {product}" : sign == "-" ? sign + product : product;
            }

            body.EnterLine(_scope.Shift[0].Node);
            _unit.Writer.WriteLine($"return {sum};");
            _unit.Lines.Leave();
        }
    }
}
