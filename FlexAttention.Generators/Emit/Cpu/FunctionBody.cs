using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>The statements of one function along a run of keys: what is computed before the loop, and in it.</summary>
/// <param name="Before">The values that are the same for all keys.</param>
/// <param name="Reads">The captured elements that one step of the loop reads at once.</param>
/// <param name="Inside">The values of one step of the loop.</param>
/// <param name="Result">The function's value in that step.</param>
/// <param name="ReadsKey">Whether the key index is read.</param>
/// <param name="ReadsScore">Whether the score is read.</param>
internal sealed record FunctionBody(string Before, string Reads, string Inside, string Result, bool ReadsKey, bool ReadsScore)
{
    public static FunctionBody Of(IrFunction function, BlockContext context)
    {
        SourceWriter before = SourceWriter.CSharp(), reads = SourceWriter.CSharp(), inside = SourceWriter.CSharp();
        bool[] varies = Variation.Of(function);
        Dictionary<int, KeyRun> runs = context.UsesLanes ? KeyRun.FindAll(function.Nodes, varies) : [];
        int[] uses = Operands.CountUses(function.Nodes, [function.Result], runs: runs);
        var block = new ValueBlock(context, function.Nodes, varies, uses, [], before, inside)
        {
            Runs = runs,
            Reads = reads,
        };
        block.Write();
        string result = block.VaryingValue(function.Result).Text;
        bool IsRead(Func<IrNode, bool> isWanted) =>
            Enumerable.Range(0, uses.Length).Any(i => uses[i] > 0 && isWanted(function.Nodes[i]));
        return new FunctionBody(
            before.ToString(),
            reads.ToString(),
            inside.ToString(),
            result,
            IsRead(static node => node is IndexNode { Index: IrIndex.Key }),
            IsRead(static node => node is ScoreNode));
    }
}
