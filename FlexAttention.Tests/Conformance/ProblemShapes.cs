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

    /// <summary>Queries that share keys, four to one, with lengths at and around the edges of tiles, and with no keys.</summary>
    public static IReadOnlyList<ProblemShape> SharedHeads { get; } =
    [
        new(2, 8, 2, 129, 255, 64, 64),
        new(1, 4, 1, 256, 192, 64, 64),
        new(1, 4, 1, 70, 0, 64, 64),
    ];

    /// <summary>
    /// So few queries that they fit one tile, where heads share keys those of all of them: one, a tile less one, a full one, no keys;
    /// with keys for one block, for two and for many.
    /// </summary>
    public static IReadOnlyList<ProblemShape> Decoding { get; } =
    [
        new(3, 8, 2, 1, 300, 64, 64),
        new(2, 21, 3, 9, 513, 64, 64),
        new(1, 32, 8, 16, 1777, 128, 128),
        new(1, 4, 4, 3, 5000, 64, 64),
        new(2, 4, 4, 5, 129, 64, 128),
        new(1, 8, 1, 2, 0, 64, 64),
    ];

    /// <summary>The Hopper kernel's head dimensions: each row of its table, those that it pads, and two that differ.</summary>
    public static IReadOnlyList<ProblemShape> HopperHeadDims { get; } =
    [
        new(1, 2, 1, 200, 333, 8, 8),
        new(1, 2, 1, 200, 333, 40, 24),
        new(1, 2, 1, 200, 333, 64, 64),
        new(1, 2, 1, 200, 333, 72, 72),
        new(1, 2, 1, 200, 333, 96, 96),
        new(1, 2, 1, 333, 200, 128, 128),
        new(1, 2, 1, 200, 333, 192, 128),
        new(1, 2, 1, 200, 333, 128, 192),
        new(1, 2, 1, 333, 200, 192, 192),
        new(1, 2, 1, 200, 333, 256, 256),
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
