using System.Globalization;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>
/// Writes the values of one list of nodes: those that are the same for all keys to one place, those that vary to another.
/// A value that is read once becomes part of the expression that reads it.
/// </summary>
/// <param name="context">What the method shares.</param>
/// <param name="nodes">The nodes of a function or of a fold's body.</param>
/// <param name="varies">Whether each node varies between keys.</param>
/// <param name="uses">How often each node is read.</param>
/// <param name="parameters">The text of the parameters of a fold's body.</param>
/// <param name="uniform">Where values go that are the same for all keys.</param>
/// <param name="varying">Where the others go.</param>
internal sealed class ValueBlock(
    BlockContext context,
    IReadOnlyList<IrNode> nodes,
    bool[] varies,
    int[] uses,
    IReadOnlyList<Code> parameters,
    SourceWriter uniform,
    SourceWriter varying)
{
    /// <summary>A longer expression gets a name even if it is read once.</summary>
    private const int LongestInline = 90;

    private readonly Code[] _values = new Code[nodes.Count];
    private readonly Dictionary<int, Code> _broadcasts = [];
    private readonly Dictionary<int, List<Code>> _foldResults = [];

    /// <summary>The accesses whose lanes read neighbouring elements.</summary>
    public IReadOnlyDictionary<int, KeyRun> Runs { get; init; } = new Dictionary<int, KeyRun>();

    /// <summary>
    /// Where those accesses go: ahead of the values that vary, since a vector in a register would not survive the call
    /// that an access makes at a buffer's end.
    /// </summary>
    public SourceWriter? Reads { get; init; }

    /// <summary>Writes all that is read.</summary>
    public void Write()
    {
        for (int i = 0; i < nodes.Count; i++)
        {
            if (context.IsChecked && nodes[i] is LoadNode load)
                CheckWriter.Write(context, varying, load, Value);
            if (uses[i] == 0)
                continue;
            if (nodes[i] is FoldNode fold)
                _foldResults[i] = WriteFold(i, fold);
            else
                _values[i] = Keep(i, Spell(i));
        }
    }

    /// <summary>A value for code that is the same for all keys.</summary>
    public Code Value(int node) => _values[node];

    /// <summary>A value for code that varies between keys.</summary>
    public Code VaryingValue(int node)
    {
        if (varies[node])
            return _values[node];
        return context.UsesLanes ? Broadcast(node) : Name(node);
    }

    private Code Spell(int i) => nodes[i] switch
    {
        IndexNode { Index: IrIndex.Key } => Code.Atom(context.Key),
        IndexNode { Index: var index } => Code.Atom(index switch { IrIndex.Batch => "b", IrIndex.Head => "h", _ => "q" }),
        ScoreNode => Code.Atom("score"),
        RegionParameterNode { Parameter: var parameter } => parameters[parameter],
        FoldResultNode { Fold: var fold, Carried: var carried } => _foldResults[fold][carried],
        LoadNode load when Runs.TryGetValue(i, out KeyRun? run) => context.Lanes!.SpellRun(load, run, Name),
        var node when varies[i] && context.Lanes is { } lanes => lanes.Spell(nodes, node, VaryingValue),
        var node => context.Scalar.Spell(nodes, node, varies[i] ? VaryingValue : Value),
    };

    /// <summary>Gives an expression a name, unless it is short and read once.</summary>
    private Code Keep(int i, Code value) =>
        value.IsAtom || (uses[i] == 1 && value.Text.Length <= LongestInline && !Runs.ContainsKey(i)) ? value : Declare(i, value);

    private Code Declare(int i, Code value)
    {
        string name = context.NextLocal();
        SourceWriter place = (Runs.ContainsKey(i) ? Reads : null) ?? Place(varies[i]);
        place.WriteLine($"{context.TypeName(nodes[i].Type, varies[i])} {name} = {value.Text};");
        return Code.Atom(name);
    }

    /// <summary>A value under a name of its own, for code that reads it again and again.</summary>
    public Code Name(int i)
    {
        if (!_values[i].IsAtom)
            _values[i] = Declare(i, _values[i]);
        return _values[i];
    }

    private Code Broadcast(int i)
    {
        if (nodes[i] is ConstantNode)
            return LaneSpelling.Broadcast(_values[i]);
        if (!_broadcasts.TryGetValue(i, out Code lanes))
        {
            string name = context.NextLocal();
            uniform.WriteLine(
                $"{LaneSpelling.TypeName(nodes[i].Type)} {name} = {LaneSpelling.Broadcast(_values[i]).Text};");
            _broadcasts[i] = lanes = Code.Atom(name);
        }

        return lanes;
    }

    private SourceWriter Place(bool isVarying) => isVarying ? varying : uniform;

    private List<Code> WriteFold(int i, FoldNode fold)
    {
        SourceWriter place = Place(varies[i]);
        // Bounds and captured values stand in the loop: each is computed once, before it.
        string start = Name(fold.Arguments[0]).Text, end = Name(fold.Arguments[1]).Text;
        List<Code> carried = DeclareCarried(fold, varies[i], place);
        IEnumerable<Code> captured = fold.Arguments.Skip(2 + fold.CarriedCount).Select(Name).ToArray();
        string index = context.NextLocal();
        string comparison = fold.Step > 0 ? "<" : ">";
        string step = fold.Step.ToString(CultureInfo.InvariantCulture);
        using (place.Block($"for (int {index} = {start}; {index} {comparison} {end}; {index} += {step})"))
        {
            var body = new ValueBlock(
                context,
                fold.Body.Nodes,
                Variation.OfBody(fold, varies, varies[i]),
                Operands.CountUses(fold.Body.Nodes, fold.Body.Results, isChecked: context.IsChecked),
                [Code.Atom(index), .. carried, .. captured],
                place,
                place);
            body.Write();
            Func<int, Code> result = varies[i] ? body.VaryingValue : body.Value;
            WriteAssignments(place, carried, [.. fold.Body.Results.Select(result)]);
        }

        return carried;
    }

    private List<Code> DeclareCarried(FoldNode fold, bool isVarying, SourceWriter place)
    {
        var carried = new List<Code>();
        foreach (int initial in fold.Arguments.Skip(2).Take(fold.CarriedCount))
        {
            string value = (isVarying ? VaryingValue(initial) : Value(initial)).Text;
            string name = context.NextLocal();
            place.WriteLine($"{context.TypeName(nodes[initial].Type, isVarying)} {name} = {value};");
            carried.Add(Code.Atom(name));
        }

        return carried;
    }

    /// <summary>Assigns at once: each new value is one of the old ones.</summary>
    private static void WriteAssignments(SourceWriter place, List<Code> carried, Code[] results)
    {
        int[] changed = [.. Enumerable.Range(0, carried.Count).Where(c => carried[c].Text != results[c].Text)];
        string targets = string.Join(", ", changed.Select(c => carried[c].Text));
        string values = string.Join(", ", changed.Select(c => results[c].Text));
        if (changed.Length > 0)
            place.WriteLine(changed.Length == 1 ? $"{targets} = {values};" : $"({targets}) = ({values});");
    }
}
