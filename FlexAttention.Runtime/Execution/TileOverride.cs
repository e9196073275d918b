namespace FlexAttention;

/// <summary>A tile asked for by hand: query rows and keys a block handles at once, its warps and its pipeline's depth.</summary>
/// <param name="BlockM">Query rows; a multiple of 16.</param>
/// <param name="BlockN">Keys; a multiple of 16.</param>
/// <param name="Warps">Warps of 32 threads: 1 to 16.</param>
/// <param name="Stages">Key/value tiles in shared memory at once: 1 or 2.</param>
public readonly record struct TileOverride(int BlockM, int BlockN, int Warps, int Stages);
