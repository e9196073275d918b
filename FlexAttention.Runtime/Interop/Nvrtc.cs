using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>NVRTC's result codes that this library tells apart.</summary>
internal enum nvrtcResult
{
    NVRTC_SUCCESS = 0,
    NVRTC_ERROR_COMPILATION = 6,
}

/// <summary>
/// NVIDIA's run-time compiler, under the names of its header. Nothing is checked here: see <see cref="NvrtcProgram"/>.
/// </summary>
internal static unsafe partial class Nvrtc
{
    private const string Library = NativeLibraries.Nvrtc;

    static Nvrtc() => NativeLibraries.Register();

    [LibraryImport(Library)]
    public static partial byte* nvrtcGetErrorString(nvrtcResult result);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcVersion(int* major, int* minor);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetNumSupportedArchs(int* count);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetSupportedArchs(int* architectures);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcCreateProgram(
        nint* program, byte* source, byte* name, int headerCount, byte** headers, byte** includeNames);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcDestroyProgram(nint* program);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcCompileProgram(nint program, int optionCount, byte** options);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetProgramLogSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetProgramLog(nint program, byte* log);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetCUBINSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetCUBIN(nint program, byte* image);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetPTXSize(nint program, nuint* size);

    [LibraryImport(Library)]
    public static partial nvrtcResult nvrtcGetPTX(nint program, byte* image);
}
