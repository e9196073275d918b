namespace FlexAttention;

/// <summary>How NVRTC is found and used.</summary>
public static class KernelCompiler
{
    /// <summary>
    /// NVRTC's file, or the folder that holds it; the environment variable FLEXATTENTION_NVRTC when not set. Takes effect
    /// before the first use of a GPU. Null: beside the program, then wherever the system's loader finds it.
    /// </summary>
    public static string? NvrtcPath { get; set; } = Environment.GetEnvironmentVariable("FLEXATTENTION_NVRTC");
}
