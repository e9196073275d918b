using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using FlexAttention.Compilation;
using FlexAttention.Interop;

namespace FlexAttention;

/// <summary>Describes what this library found on the machine. The first thing to put in a bug report.</summary>
public static class Diagnostics
{
    /// <summary>
    /// The processors, the CUDA driver, NVRTC and their files and versions, the GPUs, the kernel cache, and which device
    /// would be used and why. Throws nothing: what is missing is described, too.
    /// </summary>
    public static string Describe()
    {
        var text = new StringBuilder();
        Line(text, "FlexAttention", typeof(Diagnostics).Assembly.GetName().Version?.ToString(3) ?? "unknown");
        Line(text, "CPU", Device.Cpu.Name);
        Line(text, "CUDA driver", Guarded(DescribeDriver));
        Line(text, "NVRTC", Guarded(DescribeNvrtc));
        for (int i = 0; i < DeviceCount(); i++)
        {
            CudaDevice device = CudaDevice.Get(i);
            Line(text, $"GPU {i}", Guarded(() => DescribeGpu(device)));
        }

        Line(text, "Kernel cache", Guarded(DescribeCache));
        Line(text, "Best device", Device.DescribeBest());
        return text.ToString();
    }

    private static string DescribeDriver()
    {
        LoadedLibrary library = NativeLibraries.CudaDriver;
        if (!library.IsLoaded)
            return library.NotFound().Message;
        Version version = CudaDevice.DriverVersion;
        return $"{FileOf(library)}, CUDA {version}";
    }

    private static string DescribeNvrtc()
    {
        LoadedLibrary library = NativeLibraries.NvrtcCompiler;
        return library.IsLoaded ? $"{NvrtcCompiler.Version} from {FileOf(library)}" : library.NotFound().Message;
    }

    private static string DescribeGpu(CudaDevice device)
    {
        string kernels = device.ComputeCapability.Major < 8
            ? "too old for the kernels, which need compute capability 8.0"
            : NativeLibraries.NvrtcCompiler.IsLoaded ? $"kernels for {device.Architecture.Option}" : "no kernels without NVRTC";
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{device}, {device.MultiprocessorCount} multiprocessors, {device.SharedMemoryPerBlockOptin / 1024} KB of shared " +
            $"memory a block, {device.TotalMemory / (1024.0 * 1024 * 1024):F1} GB, {kernels}");
    }

    private static string DescribeCache()
    {
        if (string.IsNullOrEmpty(KernelCache.Folder))
            return $"in memory only, mode {KernelCache.Mode}";
        FileInfo[] files = Directory.Exists(KernelCache.Folder)
            ? new DirectoryInfo(KernelCache.Folder).GetFiles("*.kernel")
            : [];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{KernelCache.Folder} ({files.Length} kernels, {files.Sum(file => file.Length) / 1024.0:F0} KB), mode {KernelCache.Mode}");
    }

    private static int DeviceCount()
    {
        try
        {
            return CudaDevice.Count;
        }
        catch (CudaException)
        {
            // DescribeDriver says why.
            return 0;
        }
    }

    private static string Guarded(Func<string> describe)
    {
        try
        {
            return describe();
        }
        catch (Exception failure) when (failure is CudaException or InsufficientMemoryException or IOException
            or UnauthorizedAccessException or Win32Exception or InvalidOperationException or NotSupportedException)
        {
            return failure.Message;
        }
    }

    /// <summary>The file behind a library that was loaded by a bare name.</summary>
    private static string FileOf(LoadedLibrary library)
    {
        string name = Path.GetFileName(library.Path!);
        using Process process = Process.GetCurrentProcess();
        foreach (ProcessModule module in process.Modules)
        {
            if (module.FileName.Contains(name, StringComparison.OrdinalIgnoreCase))
                return module.FileName;
        }

        return library.Path!;
    }

    private static void Line(StringBuilder text, string title, string value) =>
        text.Append(CultureInfo.InvariantCulture, $"{title + ":",-15}{value}").AppendLine();
}
