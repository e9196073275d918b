using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>What the functions that kernels call know: the members of earlier stages, and the forms of keys.</summary>
internal sealed class HookScope
{
    /// <summary>What stands before a function of a pair.</summary>
    public const string PairTemplate = "template <typename Q, typename Kv>";

    /// <summary>The parameters that name a pair.</summary>
    public const string PairParameters = "int b, int h, Q q, Kv kv";

    private const string StageParameters = "const Head& head, const Row& row, const Column& column";

    private readonly Dictionary<int, CudaExpression> _members = [];
    private readonly int _firstLocal;

    public HookScope(UnitContext unit, StagedGraph staged)
    {
        Unit = unit;
        Staged = staged;
        Keys = new KeyForms(staged.Graph, staged.Precision);
        Shift = ShiftTerms.Of(staged.Graph, Keys);
        KeySetMask = KeySetMask.Of(staged.Graph, Keys);
        int next = 0;
        NameMembers(staged.Head, "head", ref next);
        NameMembers(staged.Row, "row", ref next);
        NameMembers(staged.Column, "column", ref next);
        _firstLocal = next;
    }

    public UnitContext Unit { get; }

    public StagedGraph Staged { get; }

    public KeyForms Keys { get; }

    /// <summary>The terms of the score whose larger part is left to <c>shift</c>.</summary>
    public IReadOnlyList<ShiftTerm> Shift { get; }

    /// <summary>The mask, if it can be asked about many keys at once.</summary>
    public KeySetMask? KeySetMask { get; }

    /// <summary>The member that a stage keeps a node's value in.</summary>
    public CudaExpression Member(int node) => _members[node];

    /// <summary>Its name in the struct.</summary>
    public string MemberName(int node) => _members[node].Text.Substring(_members[node].Text.IndexOf('.') + 1);

    /// <summary>Opens a function that is called for every pair.</summary>
    /// <param name="name">Its type and name.</param>
    /// <param name="parameters">The parameters that follow the stages.</param>
    /// <param name="template">What stands before it.</param>
    public IDisposable PairFunction(string name, string parameters, string template = PairTemplate)
    {
        Unit.Writer.WriteLine(template);
        Unit.Writer.WriteLine($"FLEX_DEVICE {name}({StageParameters},");
        return Unit.Writer.Block($"{new string(' ', "FLEX_DEVICE ".Length + name.Length + 1)}{parameters}) const");
    }

    /// <summary>The body of a function that gets all members.</summary>
    public BodyWriter CreateBody() => CreateBody(unknownMembers: []);

    /// <summary>The body of a function that computes some members itself.</summary>
    public BodyWriter CreateBody(IReadOnlyCollection<int> unknownMembers)
    {
        var body = new BodyWriter(Unit, new LocalNames(_firstLocal), Staged.Graph, Staged.Precision)
        {
            Keys = Keys,
            WithoutBase = [.. Shift.Select(static term => term.Node)],
        };
        foreach (KeyValuePair<int, CudaExpression> member in _members)
        {
            if (!unknownMembers.Contains(member.Key))
                body[member.Key] = member.Value;
        }

        return body;
    }

    /// <summary>The body of a function that gets no members, and indices as ints.</summary>
    public BodyWriter CreatePlainBody() => new(Unit, new LocalNames(firstValue: 0), Staged.Graph, Staged.Precision);

    private void NameMembers(IReadOnlyList<int> nodes, string owner, ref int next)
    {
        foreach (int node in nodes)
            _members.Add(node, CudaExpression.Primary($"{owner}.v{next++}"));
    }
}
