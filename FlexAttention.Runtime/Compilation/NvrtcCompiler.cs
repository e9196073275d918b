using FlexAttention.Interop;

namespace FlexAttention.Compilation;

/// <summary>Compiles units by NVRTC, which needs neither a GPU nor a CUDA toolkit.</summary>
internal static class NvrtcCompiler
{
    private static readonly Lazy<Version> LazyVersion = new(NvrtcProgram.Version);
    private static readonly Lazy<int[]> LazyArchitectures = new(NvrtcProgram.SupportedArchitectures);

    /// <summary>
    /// From 13.0 on NVRTC keeps what it has compiled, and then gives it without its log, which says whether registers spill.
    /// </summary>
    private static string[] WithoutItsCache => Version.Major >= 13 ? ["--no-cache"] : [];

    /// <summary>NVRTC's version.</summary>
    /// <exception cref="NativeLibraryNotFoundException">There is no NVRTC.</exception>
    public static Version Version
    {
        get
        {
            NativeLibraries.NvrtcCompiler.HandleOrThrow();
            return LazyVersion.Value;
        }
    }

    /// <summary>The architectures that NVRTC can compile for: 80 for sm_80.</summary>
    /// <exception cref="NativeLibraryNotFoundException">There is no NVRTC.</exception>
    public static ReadOnlySpan<int> SupportedArchitectures
    {
        get
        {
            NativeLibraries.NvrtcCompiler.HandleOrThrow();
            return LazyArchitectures.Value;
        }
    }

    /// <summary>Compiles a unit.</summary>
    /// <exception cref="KernelCompilationException">The unit has errors.</exception>
    /// <exception cref="NativeLibraryNotFoundException">There is no NVRTC.</exception>
    public static CompiledKernel Compile(KernelUnit unit)
    {
        NativeLibraries.NvrtcCompiler.HandleOrThrow();
        using var program = new NvrtcProgram(
            unit.Source,
            $"{unit.Variant}.cu",
            [.. EmbeddedHeaders.Names, KernelUnit.ConfigName],
            [.. EmbeddedHeaders.Texts, unit.Config]);
        if (!program.TryCompile([.. unit.Options(), .. WithoutItsCache], out string log))
            throw Failure(unit, "NVRTC reports errors", log);
        return new CompiledKernel(unit.Architecture.IsPtx ? program.Ptx() : program.Cubin(), log);
    }

    private static KernelCompilationException Failure(KernelUnit unit, string reason, string log) =>
        new(unit.Variant, $"The {unit.Kind} kernel", unit.Architecture.Option, reason, log, unit.Source);
}
