namespace FlexAttention;

/// <summary>The CUDA driver or NVRTC was not found, or cannot be loaded.</summary>
public sealed class NativeLibraryNotFoundException : Exception
{
    internal NativeLibraryNotFoundException(string library, IReadOnlyList<string> attempts, string fix)
        : base($"{library} could not be loaded. {fix} Tried: {string.Join("; ", attempts)}.")
    {
        Library = library;
        Attempts = attempts;
    }

    /// <summary>What was looked for.</summary>
    public string Library { get; }

    /// <summary>The files tried, in order, each with what became of it.</summary>
    public IReadOnlyList<string> Attempts { get; }
}
