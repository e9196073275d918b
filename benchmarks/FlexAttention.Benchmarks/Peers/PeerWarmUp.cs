using System.Diagnostics;
using System.Text.Json;
using Spectre.Console;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>
/// Lets several processes compile for torch at once, into the caches that the process which is timed reads: one after
/// the other the cells would take minutes.
/// </summary>
internal static class PeerWarmUp
{
    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(5);

    /// <summary>Runs it to its end, or to its time's. What cannot be compiled here is found out again, and reported, when its turn comes.</summary>
    public static void Run(PeerScript script, int workers, IReadOnlyList<Cell> cells)
    {
        long begin = Stopwatch.GetTimestamp();
        ProcessStartInfo start = script.Start("--warm", $"{workers}");
        start.RedirectStandardInput = true;
        start.RedirectStandardError = true;
        using Process process = Process.Start(start)!;
        var errors = new OutputTail();
        process.ErrorDataReceived += (_, line) => errors.Add(line.Data);
        process.BeginErrorReadLine();
        process.StandardInput.Write(JsonSerializer.Serialize([.. cells], PeerJson.Default.CellArray));
        process.StandardInput.Close();
        if (!process.WaitForExit(Timeout))
            process.Kill(entireProcessTree: true);
        process.WaitForExit();
        string outcome = process.ExitCode == 0 ? "" : $", with exit code {process.ExitCode}: {errors.Last}";
        AnsiConsole.WriteLine($"torch compiled for {cells.Count} cells in {Stopwatch.GetElapsedTime(begin).TotalSeconds:F0} s{outcome}");
    }
}
