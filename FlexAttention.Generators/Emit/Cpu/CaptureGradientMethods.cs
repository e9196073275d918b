using System.Globalization;
using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Emit.Cpu;

/// <summary>Writes <c>AddCaptureGradients</c>: what a run of keys adds to the gradients of the captures that learn.</summary>
internal abstract class CaptureGradientMethods(VariantFields fields, ScoreGradient gradient)
{
    protected VariantFields Fields { get; } = fields;

    protected ScoreGradient Gradient { get; } = gradient;

    /// <summary>Whether each node varies between keys.</summary>
    protected bool[] Varies { get; } = Variation.Of(gradient.Nodes);

    /// <summary>The nodes that loops are written from.</summary>
    protected IEnumerable<int> LoopArguments => Gradient.ByLoop.SelectMany(static item => item.Loop.Arguments);

    /// <summary>Writes the loops that add what each iteration's access contributes.</summary>
    protected void WriteLoops(BlockContext context, ValueBlock block, SourceWriter inside)
    {
        foreach (LoopDerivative item in Gradient.ByLoop)
            WriteLoop(item, context, block, inside);
    }

    /// <summary>Writes how one product is added to elements of a gradient.</summary>
    /// <param name="inside">Takes the statement.</param>
    /// <param name="body">The values of an iteration.</param>
    /// <param name="varies">Whether each of them varies between keys.</param>
    /// <param name="item">The capture, the element's indices and the derivative, as values of the iteration.</param>
    protected abstract void WriteAddition(SourceWriter inside, ValueBlock body, bool[] varies, CaptureDerivative item);

    /// <summary>Whether a derivative is one everywhere.</summary>
    protected bool IsOne(CaptureDerivative item) => Gradient.Nodes[item.Derivative] is ConstantNode constant && constant.Is(1);

    protected bool ReadsKey(int[] uses) => IsRead(uses, static node => node is IndexNode { Index: IrIndex.Key });

    protected bool ReadsScore(int[] uses) => IsRead(uses, static node => node is ScoreNode);

    /// <summary>The arguments of a call that adds to a gradient.</summary>
    protected string Arguments(int capture, string value, IEnumerable<string> rest)
    {
        string target = $"in targets[{Fields.LearnableOf(capture).ToString(CultureInfo.InvariantCulture)}]";
        return string.Join(", ", new[] { target, value }.Concat(rest));
    }

    private void WriteLoop(LoopDerivative item, BlockContext context, ValueBlock block, SourceWriter inside)
    {
        FoldNode loop = item.Loop;
        string start = block.Name(loop.Arguments[0]).Text, end = block.Name(loop.Arguments[1]).Text;
        Code[] arguments = [.. loop.Arguments.Skip(2).Select(block.Name)];
        string index = context.NextLocal(), step = loop.Step.ToString(CultureInfo.InvariantCulture);
        using (inside.Block($"for (int {index} = {start}; {index} {(loop.Step > 0 ? "<" : ">")} {end}; {index} += {step})"))
        {
            bool[] varies = Variation.OfBody(loop, Varies, foldVaries: true);
            int[] uses = Operands.CountUses(loop.Body.Nodes, loop.Body.Results);
            var body = new ValueBlock(context, loop.Body.Nodes, varies, uses, [Code.Atom(index), .. arguments], inside, inside);
            body.Write();
            var iteration = new CaptureDerivative(item.Capture, new(loop.Body.Results.Skip(1)), loop.Body.Results[0]);
            WriteAddition(inside, body, varies, iteration);
        }
    }

    private bool IsRead(int[] uses, Func<IrNode, bool> isWanted) =>
        Enumerable.Range(0, uses.Length).Any(i => uses[i] > 0 && isWanted(Gradient.Nodes[i]));
}
