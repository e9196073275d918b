using FlexAttention.Generators.Analysis;
using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Transforms;

namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>Writes a mask of comparisons as a function of many keys at once: a bit for each.</summary>
internal sealed class KeySetWriter(HookScope scope, KeySetMask mask)
{
    private const string Parameters = "const Head& head, const Row& row, int b, int h, int q, flex::KeySet kv";

    private readonly KernelGraph _graph = scope.Staged.Graph;
    // What a column keeps is computed here.
    private readonly BodyWriter _body = scope.CreateBody(unknownMembers: scope.Staged.Column);

    public void Write()
    {
        SourceWriter writer = scope.Unit.Writer;
        writer.WriteLine("// A bit for each of many keys.");
        using (writer.Block($"FLEX_DEVICE flex::KeyBits mask_keys({Parameters}) const"))
        {
            _body.Write([.. mask.Conditions.Distinct()]);
            _body.EnterLine(_graph.Mask);
            writer.WriteLine($"return {Spell(_graph.Mask)};");
            scope.Unit.Lines.Leave();
        }
    }

    private string Spell(int node) =>
        !mask.Conditions.Contains(node) ? Combine((OperationNode)_graph.Nodes[node])
        : scope.Keys.IsSameForAllKeys(node) ? $"flex::for_all_keys({_body[node]})"
        : $"({_body[node]})";

    private string Combine(OperationNode operation)
    {
        string[] parts = [.. operation.Arguments.Select(Spell)];
        return operation.Op switch
        {
            IrOp.And => $"({parts[0]} & {parts[1]})",
            IrOp.Or => $"({parts[0]} | {parts[1]})",
            IrOp.Xor => $"({parts[0]} ^ {parts[1]})",
            IrOp.Not => $"~{parts[0]}",
            IrOp.Select => $"flex::choose_keys({parts[0]}, {parts[1]}, {parts[2]})",
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation.Op, "Combines no conditions."),
        };
    }
}
