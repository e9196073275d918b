namespace FlexAttention.Generators.Emit.Cuda;

/// <summary>What the writers of one unit share.</summary>
/// <param name="Writer">Where the text goes.</param>
/// <param name="Lines">Where it came from.</param>
/// <param name="Captures">The names of the captures' members.</param>
/// <param name="Learnables">For each capture its place among those that learn; of others it says nothing.</param>
internal sealed record UnitContext(SourceWriter Writer, LineDirectives Lines, string[] Captures, int[] Learnables);
