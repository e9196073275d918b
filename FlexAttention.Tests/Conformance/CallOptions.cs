namespace FlexAttention.Tests.Conformance;

/// <summary>The options of a call that every kernel must honour, alone and together.</summary>
public static class CallOptions
{
    /// <summary>All of them, for any variant.</summary>
    public static IReadOnlyList<CallSettings> All { get; } =
    [
        new() { Sinks = true },
        new() { Scale = 0 },
        new() { Scale = -0.3f },
        new() { Arrangement = TensorArrangement.HeadsInRows },
        new() { Arrangement = TensorArrangement.SharedKeys },
        new() { SpoiltValues = true },
        new() { Scale = -0.3f, Sinks = true, SpoiltValues = true, Arrangement = TensorArrangement.HeadsInRows },
    ];
}
