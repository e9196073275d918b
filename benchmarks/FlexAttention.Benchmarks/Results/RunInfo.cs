using System.Globalization;
using FlexAttention.Benchmarks.Harness;

namespace FlexAttention.Benchmarks.Results;

/// <summary>When, with what and how rows were taken.</summary>
/// <param name="Date">The day, in UTC.</param>
/// <param name="Commit">The commit of this repository that was built.</param>
/// <param name="Versions">The versions of what takes part, by name: driver, NVRTC, torch and so on.</param>
/// <param name="Method">How it was timed, in words.</param>
/// <param name="Absent">Peers that are missing from some rows, and why.</param>
internal sealed record RunInfo(
    string Date, string Commit, IReadOnlyDictionary<string, string> Versions, string Method, IReadOnlyList<string> Absent)
{
    /// <summary>The run of this process on a GPU.</summary>
    public static RunInfo OnGpu(CellTimer timer) => OnGpu(timer.Peers.Versions, timer.Rounds.ToString(), timer.Peers.Absent);

    /// <summary>The same, by its parts.</summary>
    public static RunInfo OnGpu(IReadOnlyDictionary<string, string> peers, string method, IReadOnlyList<string> absent) =>
        Today(Build.GpuVersions.Concat(peers), method, absent);

    /// <summary>The run of this process on the CPU.</summary>
    public static RunInfo OnCpu(string? libtorch, int runs, IReadOnlyList<string> absent) => Today(
        libtorch is null ? Build.Versions : Build.Versions.Append(new("libtorch", libtorch)),
        $"medians of {runs} runs in turns",
        absent);

    private static RunInfo Today(IEnumerable<KeyValuePair<string, string>> versions, string method, IReadOnlyList<string> absent) => new(
        DateTime.UtcNow.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        Build.Commit,
        new SortedDictionary<string, string>(versions.ToDictionary(), StringComparer.Ordinal),
        method,
        [.. absent]);

    /// <summary>Whether the rows of both were taken by the same build in the same way.</summary>
    public bool IsLike(RunInfo other) =>
        Date == other.Date
        && Commit == other.Commit
        && Method == other.Method
        && Versions.OrderBy(version => version.Key).SequenceEqual(other.Versions.OrderBy(version => version.Key));

    /// <summary>Both in one.</summary>
    public RunInfo With(RunInfo other) => this with { Absent = [.. Absent.Union(other.Absent)] };
}
