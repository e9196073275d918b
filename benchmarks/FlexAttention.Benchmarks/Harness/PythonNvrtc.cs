using System.ComponentModel;
using System.Diagnostics;
using FlexAttention.Interop;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>NVRTC as Python's packages bring it: on a machine with torch it is there, even where no CUDA toolkit is.</summary>
internal static class PythonNvrtc
{
    private const string Variable = "FLEXATTENTION_NVRTC";

    private const string Script =
        """
        import glob, nvidia
        for path in nvidia.__path__:
            for file in sorted(glob.glob(path + "/**/libnvrtc.so.1[23]", recursive=True), reverse=True):
                print(file)
        """;

    /// <summary>Uses it, here and in child processes, where nothing else was asked for or found.</summary>
    public static void UseIfNoneElse()
    {
        if (KernelCompiler.NvrtcPath is { Length: > 0 } || NativeLibraries.NvrtcCompiler.IsLoaded || Find() is not { } path)
            return;
        KernelCompiler.NvrtcPath = path;
        Environment.SetEnvironmentVariable(Variable, path);
    }

    private static string? Find()
    {
        try
        {
            using Process python = Process.Start(new ProcessStartInfo("python3", ["-c", Script])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
            })!;
            python.ErrorDataReceived += static (_, _) => { };
            python.BeginErrorReadLine();
            string? first = python.StandardOutput.ReadLine();
            python.StandardOutput.ReadToEnd();
            python.WaitForExit();
            return string.IsNullOrWhiteSpace(first) ? null : first;
        }
        catch (Win32Exception)
        {
            // There is no Python: the message about the missing NVRTC says what to do.
            return null;
        }
    }
}
