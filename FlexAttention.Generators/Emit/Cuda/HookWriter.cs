using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes the functions that the attention kernels call for tiles, rows, columns and pairs.</summary>
internal sealed class HookWriter
{
    private const string StageParameters = "const Head& head, const Row& row, const Column& column";
    private const string QueryTemplate = "template <typename Q>";
    private const string KeyTemplate = "template <typename Kv>";
    private const string PairTemplate = "template <typename Q, typename Kv>";
    private const string PairParameters = "int b, int h, Q q, Kv kv";

    private readonly UnitContext _unit;
    private readonly StagedGraph _staged;
    private readonly KernelGraph _graph;
    private readonly KeyForms _keys;
    private readonly IReadOnlyList<ShiftTerm> _shift;
    private readonly Dictionary<int, CudaExpression> _members = [];
    private readonly int _firstLocal;

    public HookWriter(UnitContext unit, StagedGraph staged)
    {
        _unit = unit;
        _staged = staged;
        _graph = staged.Graph;
        _keys = new KeyForms(staged.Graph, staged.Precision);
        _shift = ShiftTerms.Of(staged.Graph, _keys);
        int next = 0;
        NameMembers(staged.Head, "head", ref next);
        NameMembers(staged.Row, "row", ref next);
        NameMembers(staged.Column, "column", ref next);
        _firstLocal = next;
    }

    public void Write()
    {
        HookConstants.Write(_unit.Writer, _staged, hasShift: _shift.Count > 0);
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
            WriteResult("float score", $"float dot, {PairParameters}", _graph.Score);
        }

        if (_shift.Count > 0)
        {
            _unit.Writer.WriteLine();
            _unit.Writer.WriteLine("// What the score of every key of a tile lacks.");
            WriteShift();
        }

        if (_graph.Mask != KernelGraph.None)
        {
            _unit.Writer.WriteLine();
            WriteResult("bool mask", PairParameters, _graph.Mask);
        }
    }

    private void NameMembers(IReadOnlyList<int> nodes, string owner, ref int next)
    {
        foreach (int node in nodes)
            _members.Add(node, CudaExpression.Primary($"{owner}.v{next++}"));
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
                _unit.Writer.WriteLine($"{CudaTypes.Of(_graph.Nodes[node].Type)} {MemberName(node)};");
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
            BodyWriter body = CreateBody(nodes);
            foreach (int node in nodes)
            {
                body.Write([node]);
                body.EnterLine(node);
                _unit.Writer.WriteLine($"{_members[node]} = {body[node]};");
                body[node] = _members[node];
            }

            _unit.Lines.Leave();
            _unit.Writer.WriteLine($"return {name};");
        }
    }

    private void WriteResult(string name, string parameters, int result)
    {
        _unit.Writer.WriteLine(PairTemplate);
        _unit.Writer.WriteLine($"FLEX_DEVICE {name}({StageParameters},");
        using (_unit.Writer.Block($"{new string(' ', "FLEX_DEVICE ".Length + name.Length + 1)}{parameters}) const"))
        {
            BodyWriter body = CreateBody([]);
            body.Write([result]);
            body.EnterLine(result);
            _unit.Writer.WriteLine($"return {body[result]};");
            _unit.Lines.Leave();
        }
    }

    private void WriteShift()
    {
        _unit.Writer.WriteLine(PairTemplate);
        using (_unit.Writer.Block($"FLEX_DEVICE float shift(const Head& head, const Row& row, {PairParameters}) const"))
        {
            BodyWriter body = CreateBody([]);
            (int Coefficient, int Key)[] products = [.. _shift.Select(term => _keys.ScaledKey(term.Node)!.Value)];
            body.Write([.. products.SelectMany(static product => new[] { product.Coefficient, product.Key })]);
            string sum = "";
            for (int i = 0; i < products.Length; i++)
            {
                string sign = _shift[i].IsSubtracted ? "-" : "+";
                string product = CudaOperations.ScaledBase(body[products[i].Coefficient], body[products[i].Key]).Text;
                sum = i > 0 ? $"{sum} {sign} {product}" : sign == "-" ? sign + product : product;
            }

            body.EnterLine(_shift[0].Node);
            _unit.Writer.WriteLine($"return {sum};");
            _unit.Lines.Leave();
        }
    }

    private BodyWriter CreateBody(IReadOnlyCollection<int> unknownMembers)
    {
        var body = new BodyWriter(_unit, new LocalNames(_firstLocal), _graph, _staged.Precision)
        {
            Keys = _keys,
            WithoutBase = [.. _shift.Select(static term => term.Node)],
        };
        foreach (KeyValuePair<int, CudaExpression> member in _members)
        {
            if (!unknownMembers.Contains(member.Key))
                body[member.Key] = member.Value;
        }

        return body;
    }

    private string MemberName(int node) => _members[node].Text.Substring(_members[node].Text.IndexOf('.') + 1);
}
