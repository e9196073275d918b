namespace FlexAttention.Execution;

/// <summary>How many blocks of threads a kernel is started with along each axis.</summary>
internal readonly record struct LaunchGrid(long X, long Y = 1, long Z = 1)
{
    /// <summary>What CUDA allows along y and z.</summary>
    private const int MaximumYZ = 65_535;

    /// <summary>Whether there is nothing to start.</summary>
    public bool IsEmpty => X == 0 || Y == 0 || Z == 0;

    /// <summary>A grid along x alone.</summary>
    public static implicit operator LaunchGrid(long blocks) => new(blocks);

    /// <summary>Throws where the grid is larger than CUDA's.</summary>
    public void Check()
    {
        if (X is < 0 or > int.MaxValue || Y > MaximumYZ || Z > MaximumYZ)
        {
            throw new NotSupportedException(
                $"The problem needs {X} x {Y} x {Z} blocks of threads; a grid holds {int.MaxValue} x {MaximumYZ} x {MaximumYZ}: " +
                "split the batch, the heads or the queries.");
        }
    }
}
