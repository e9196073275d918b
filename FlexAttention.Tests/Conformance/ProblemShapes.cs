namespace FlexAttention.Tests.Conformance;

/// <summary>The shapes that every variant runs on: the edges of tiles and vectors, nothing at all, shared heads.</summary>
internal static class ProblemShapes
{
    /// <summary>For float, which is cheap on every device.</summary>
    public static IReadOnlyList<ProblemShape> All { get; } =
    [
        new(1, 1, 1, 1, 1, 8, 8),
        new(2, 4, 2, 17, 17, 16, 16),
        new(1, 2, 1, 129, 127, 24, 40),
        new(2, 2, 2, 127, 129, 5, 3),
        new(2, 4, 1, 1, 129, 64, 64),
        new(1, 2, 2, 127, 1, 16, 16),
        new(1, 2, 2, 0, 17, 16, 16),
        new(1, 2, 2, 17, 0, 16, 16),
        new(1, 2, 2, 1000, 1000, 8, 8),
    ];

    /// <summary>For the types that are slow to emulate on the CPU.</summary>
    public static IReadOnlyList<ProblemShape> Few { get; } =
    [
        new(2, 4, 2, 17, 17, 16, 16),
        new(1, 2, 1, 129, 127, 24, 40),
        new(1, 2, 2, 17, 0, 16, 16),
        new(1, 1, 1, 300, 300, 64, 64),
    ];

    /// <summary>The lengths of <see cref="All"/> and full tiles, at one head dimension: a GPU compiles for each.</summary>
    public static IReadOnlyList<ProblemShape> Gpu { get; } =
    [
        new(1, 1, 1, 1, 1, 64, 64),
        new(2, 4, 2, 17, 17, 64, 64),
        new(2, 4, 1, 1, 129, 64, 64),
        new(1, 2, 2, 127, 1, 64, 64),
        new(1, 2, 2, 127, 129, 64, 64),
        new(1, 2, 2, 0, 17, 64, 64),
        new(1, 2, 2, 17, 0, 64, 64),
        new(1, 2, 1, 300, 513, 64, 64),
        new(1, 2, 2, 1000, 1000, 64, 64),
    ];

    /// <summary>Head dimensions for the GPU: odd ones, one that differs for the values, and each row of the table of tiles.</summary>
    public static IReadOnlyList<ProblemShape> GpuHeadDims { get; } =
    [
        new(1, 2, 2, 127, 129, 8, 8),
        new(1, 2, 1, 129, 127, 24, 40),
        new(2, 2, 2, 127, 129, 5, 3),
        new(1, 1, 1, 257, 255, 128, 128),
        new(1, 1, 1, 100, 100, 192, 96),
        new(1, 1, 1, 129, 130, 256, 256),
    ];
}
