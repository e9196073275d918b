using FlexAttention.Generators.Ir;

namespace FlexAttention.Generators.Transforms;

/// <summary>
/// Drops the guards of loads: the checked mode needs them and no kernel does, since a load never reads out of range. Loads
/// that differed in their guards alone become one.
/// </summary>
internal sealed class LoadGuards(KernelGraph source) : GraphPass(source)
{
    protected override int Rewrite(int original, IrNode node) =>
        Builder.Add(node is LoadNode load ? load with { Guard = IrBuilder.Always } : node);
}
