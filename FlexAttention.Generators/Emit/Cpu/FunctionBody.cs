using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>The statements of one function along a run of keys: what is computed before the loop, and in it.</summary>
/// <param name="Before">The values that are the same for all keys.</param>
/// <param name="Reads">The captured elements that one step of the loop reads at once.</param>
/// <param name="Inside">The values of one step of the loop.</param>
/// <param name="Results">The function's values in that step.</param>
/// <param name="ReadsKey">Whether the key index is read.</param>
/// <param name="ReadsScore">Whether the score is read.</param>
internal sealed record FunctionBody(string Before, string Reads, string Inside, IReadOnlyList<string> Results, bool ReadsKey, bool ReadsScore)
{
    /// <summary>The function's value in one step of the loop.</summary>
    public string Result => Results[0];

    public static FunctionBody Of(IrFunction function, BlockContext context) => Of(function.Nodes, [function.Result], context);

    /// <summary>The statements of a graph with several results.</summary>
    public static FunctionBody Of(EquatableArray<IrNode> nodes, IReadOnlyList<int> results, BlockContext context)
    {
        SourceWriter before = SourceWriter.CSharp(), reads = SourceWriter.CSharp(), inside = SourceWriter.CSharp();
        bool[] varies = Variation.Of(nodes);
        Dictionary<int, KeyRun> runs = context.UsesLanes ? KeyRun.FindAll(nodes, varies) : [];
        int[] uses = Operands.CountUses(nodes, results, runs: runs);
        var block = new ValueBlock(context, nodes, varies, uses, [], before, inside)
        {
            Runs = runs,
            Reads = reads,
        };
        block.Write();
        string[] texts = [.. results.Select(result => block.VaryingValue(result).Text)];
        bool IsRead(Func<IrNode, bool> isWanted) =>
            Enumerable.Range(0, uses.Length).Any(i => uses[i] > 0 && isWanted(nodes[i]));
        return new FunctionBody(
            before.ToString(),
            reads.ToString(),
            inside.ToString(),
            texts,
            IsRead(static node => node is IndexNode { Index: IrIndex.Key }),
            IsRead(static node => node is ScoreNode));
    }
}
