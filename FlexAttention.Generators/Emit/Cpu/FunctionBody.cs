using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>The statements of one function along a run of keys: what is computed before the loop, and in it.</summary>
/// <param name="Before">The values that are the same for all keys.</param>
/// <param name="Inside">The values of one step of the loop.</param>
/// <param name="Result">The function's value in that step.</param>
/// <param name="ReadsKey">Whether the key index is read.</param>
/// <param name="ReadsScore">Whether the score is read.</param>
internal sealed record FunctionBody(string Before, string Inside, string Result, bool ReadsKey, bool ReadsScore)
{
    public static FunctionBody Of(IrFunction function, BlockContext context)
    {
        SourceWriter before = SourceWriter.CSharp(), inside = SourceWriter.CSharp();
        int[] uses = Operands.CountUses(function.Nodes, [function.Result], isChecked: false);
        var block = new ValueBlock(context, function.Nodes, Variation.Of(function), uses, [], before, inside);
        block.Write();
        string result = block.VaryingValue(function.Result).Text;
        bool Reads(Func<IrNode, bool> isWanted) =>
            Enumerable.Range(0, uses.Length).Any(i => uses[i] > 0 && isWanted(function.Nodes[i]));
        return new FunctionBody(
            before.ToString(),
            inside.ToString(),
            result,
            Reads(static node => node is IndexNode { Index: IrIndex.Key }),
            Reads(static node => node is ScoreNode));
    }
}
