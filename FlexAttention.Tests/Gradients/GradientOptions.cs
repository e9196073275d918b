using FlexAttention.Tests.Conformance;

namespace FlexAttention.Tests.Gradients;

/// <summary>The options of a backward call that every kernel must honour.</summary>
public static class GradientOptions
{
    /// <summary>All of them, for any variant.</summary>
    public static IReadOnlyList<GradientSettings> All { get; } =
    [
        new() { Sinks = false, DLse = false },
        new() { Scale = 0 },
        new() { Scale = -0.3f },
        new() { Arrangement = TensorArrangement.HeadsInRows },
        new() { Arrangement = TensorArrangement.SharedKeys },
        new() { Reproducible = true },
        new() { Blocks = [(64, 64), (128, 128), (192, 192)] },
    ];
}
