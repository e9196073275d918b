using FlexAttention.Generators.Ir;
using FlexAttention.Generators.Models;

namespace FlexAttention.Generators.Lowering;

/// <summary>A method's body as a data-flow graph, and the C# line of each of its nodes.</summary>
internal sealed record LoweredFunction(IrFunction Function, SourceLines Lines);
