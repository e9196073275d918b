using System.Reflection;
using FlexAttention.Compilation;

namespace FlexAttention.Benchmarks.Results;

/// <summary>What this program was built from, and what it runs with.</summary>
internal static class Build
{
    /// <summary>The commit; "unknown" where it was built outside a repository.</summary>
    public static string Commit { get; } =
        typeof(Build).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+') is [_, var commit]
            ? commit[..Math.Min(commit.Length, 12)]
            : "unknown";

    /// <summary>The versions of this library and of .NET.</summary>
    public static IEnumerable<KeyValuePair<string, string>> Versions =>
    [
        new("FlexAttention", typeof(Device).Assembly.GetName().Version!.ToString(3)),
        new(".NET", Environment.Version.ToString()),
    ];

    /// <summary>Those, the driver's and NVRTC's.</summary>
    public static IEnumerable<KeyValuePair<string, string>> GpuVersions =>
    [
        .. Versions,
        new("driver's CUDA", $"{CudaDevice.DriverVersion}"),
        new("NVRTC", $"{NvrtcCompiler.Version}"),
    ];
}
