using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FlexAttention.Interop;

/// <summary>One compilation by NVRTC. NVRTC's errors become exceptions here.</summary>
internal sealed unsafe class NvrtcProgram : IDisposable
{
    private nint _program;

    public NvrtcProgram(string source, string name, IReadOnlyList<string> headerNames, IReadOnlyList<string> headers)
    {
        var text = new Utf8Strings([source, name]);
        var names = new Utf8Strings(headerNames);
        var contents = new Utf8Strings(headers);
        nint program;
        Check(Nvrtc.nvrtcCreateProgram(&program, text.Pointers[0], text.Pointers[1], names.Count, contents.Pointers, names.Pointers));
        _program = program;
        GC.KeepAlive(text);
        GC.KeepAlive(names);
        GC.KeepAlive(contents);
    }

    ~NvrtcProgram() => Destroy();

    /// <summary>NVRTC's version.</summary>
    public static Version Version()
    {
        int major, minor;
        Check(Nvrtc.nvrtcVersion(&major, &minor));
        return new Version(major, minor);
    }

    /// <summary>The architectures that NVRTC can compile for: 80 for sm_80.</summary>
    public static int[] SupportedArchitectures()
    {
        int count;
        Check(Nvrtc.nvrtcGetNumSupportedArchs(&count));
        var architectures = new int[count];
        fixed (int* first = architectures)
            Check(Nvrtc.nvrtcGetSupportedArchs(first));
        return architectures;
    }

    /// <summary>Compiles. False: the source has errors, which the log explains.</summary>
    public bool TryCompile(IReadOnlyList<string> options, out string log)
    {
        var text = new Utf8Strings(options);
        nvrtcResult result = Nvrtc.nvrtcCompileProgram(_program, text.Count, text.Pointers);
        GC.KeepAlive(text);
        log = Log();
        if (result == nvrtcResult.NVRTC_ERROR_COMPILATION)
            return false;
        Check(result);
        return true;
    }

    /// <summary>Machine code.</summary>
    public byte[] Cubin()
    {
        nuint size;
        Check(Nvrtc.nvrtcGetCUBINSize(_program, &size));
        var image = new byte[size];
        fixed (byte* first = image)
            Check(Nvrtc.nvrtcGetCUBIN(_program, first));
        return image;
    }

    /// <summary>PTX, which the driver compiles further; it ends in a zero byte.</summary>
    public byte[] Ptx()
    {
        nuint size;
        Check(Nvrtc.nvrtcGetPTXSize(_program, &size));
        var image = new byte[size];
        fixed (byte* first = image)
            Check(Nvrtc.nvrtcGetPTX(_program, first));
        return image;
    }

    public void Dispose()
    {
        Destroy();
        GC.SuppressFinalize(this);
    }

    private void Destroy()
    {
        if (_program == 0)
            return;
        nint program = _program;
        Nvrtc.nvrtcDestroyProgram(&program);
        _program = 0;
    }

    private string Log()
    {
        nuint size;
        Check(Nvrtc.nvrtcGetProgramLogSize(_program, &size));
        var log = new byte[size];
        fixed (byte* first = log)
            Check(Nvrtc.nvrtcGetProgramLog(_program, first));
        return Encoding.UTF8.GetString(log).TrimEnd('\0');
    }

    private static void Check(nvrtcResult result, [CallerArgumentExpression(nameof(result))] string call = "")
    {
        if (result == nvrtcResult.NVRTC_SUCCESS)
            return;
        string name = Marshal.PtrToStringUTF8((nint)Nvrtc.nvrtcGetErrorString(result)) ?? $"nvrtcResult {(int)result}";
        string function = call[..Math.Max(call.IndexOf('(', StringComparison.Ordinal), 0)];
        throw new CudaException(
            name,
            (int)result,
            function[(function.LastIndexOf('.') + 1)..],
            $"NVRTC was loaded from {NativeLibraries.NvrtcCompiler.Path}",
            "Its builtins library must lie in the same folder and be of the same version.");
    }
}
