using System.Collections.Immutable;

namespace FlexAttention.Generators.Lowering;

/// <summary>What a C# expression or variable stands for while its method is lowered.</summary>
internal abstract record Value;

/// <summary>One number or bool: a node of the region it was computed in.</summary>
internal sealed record ScalarValue(RegionScope Home, int Node) : Value;

/// <summary>A tuple of values.</summary>
internal sealed record TupleValue(ImmutableArray<Value> Elements) : Value;

/// <summary>A captured buffer.</summary>
internal sealed record BufferValue(int Capture) : Value;
