using System.Diagnostics;
using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Suites.ColdStart;

/// <summary>
/// The first call of PyTorch's compiled flex_attention in a fresh process, with torch loaded and the inputs made. Its block mask is
/// made with it, as ours is.
/// </summary>
internal static class ColdStartPeer
{
    private static readonly Cell Cell = new(
        "coldstart", "softcap", 1, 1, 1, ColdStartProbe.Length, ColdStartProbe.Length, ColdStartProbe.HeadDim, Sets: 1, Window: 0, [0]);

    /// <summary>The milliseconds; null with a reason where there is no such peer.</summary>
    /// <param name="script">How to start it, and where it keeps what it compiles.</param>
    /// <param name="versions">Receives the versions of torch and of what it uses.</param>
    /// <param name="reason">Why there is none.</param>
    public static double? FirstCall(PeerScript script, IDictionary<string, string> versions, out string? reason)
    {
        using PeerHost? host = PeerHost.TryStart(() => AsInstalled(script), out reason);
        if (host is null)
            return null;
        foreach ((string name, string version) in host.Versions)
            versions[name] = version;
        reason = host.TryAsk(new("cell", Cell: Cell)).Error;
        if (reason is not null)
            return null;
        long start = Stopwatch.GetTimestamp();
        reason = host.TryAsk(new("prepare", Peer: PeerNames.Flex)).Error;
        return reason is null ? Stopwatch.GetElapsedTime(start).TotalMilliseconds : null;
    }

    /// <summary>With as many threads to compile as torch takes by itself.</summary>
    private static ProcessStartInfo AsInstalled(PeerScript script)
    {
        ProcessStartInfo start = script.Start();
        start.Environment.Remove(PeerScript.CompileThreads);
        return start;
    }
}
