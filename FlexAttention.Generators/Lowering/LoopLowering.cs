using FlexAttention.Generators.Ir;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Operations;

namespace FlexAttention.Generators.Lowering;

internal sealed class LoopLowering(LoweringContext context)
{
    public void Lower(ILoopOperation loop) => throw UnsupportedStatements.Stop(context, loop);
}
