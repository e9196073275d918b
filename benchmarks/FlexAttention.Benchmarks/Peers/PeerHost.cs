using System.Diagnostics;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>
/// The peers, in one process that stays alive through the cells. A peer that fails is absent from its cell with a reason;
/// one that takes the process with it is left out when the cell is prepared again in a new process.
/// </summary>
internal sealed class PeerHost : IDisposable
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(180);

    private readonly Func<ProcessStartInfo> _start;
    private PeerProcess? _process;

    private PeerHost(Func<ProcessStartInfo> start) => _start = start;

    /// <summary>The versions of torch and of what it uses.</summary>
    public IReadOnlyDictionary<string, string> Versions { get; private set; } = new Dictionary<string, string>();

    /// <summary>Starts the process and learns the versions; null with a reason where there is no Python, torch or GPU for it.</summary>
    /// <param name="start">How to start it.</param>
    /// <param name="reason">Why there are no peers.</param>
    public static PeerHost? TryStart(Func<ProcessStartInfo> start, out string? reason)
    {
        var host = new PeerHost(start);
        PeerReply reply = host.TryAsk(new("hello"));
        reason = reply.Error;
        if (reply.Ok)
        {
            host.Versions = reply.Versions ?? host.Versions;
            return host;
        }

        host.Dispose();
        return null;
    }

    /// <summary>Makes a cell's inputs and its peers, and calls each of them until nothing is left that happens only once.</summary>
    public PreparedPeers Prepare(Cell cell, IReadOnlyList<string> names)
    {
        var prepared = new PreparedPeers();
        // Each time the process is lost, another peer is found out as its loss.
        while (!TryPrepare(cell, [.. names.Where(name => !prepared.Absent.ContainsKey(name))], prepared))
        {
        }

        foreach (string name in names.Where(name => !prepared.Absent.ContainsKey(name)))
            prepared.Contenders.Add(new PeerContender(this, name));
        return prepared;
    }

    /// <summary>Frees what the cell took.</summary>
    public void Free() => TryAsk(new("free"));

    /// <summary>The reply; one that says why where the process was lost. The next request starts a new process.</summary>
    public PeerReply TryAsk(PeerRequest request)
    {
        try
        {
            _process ??= PeerProcess.Start(_start());
            return _process.Ask(request, Timeout);
        }
        catch (PeerLostException lost)
        {
            _process?.Dispose();
            _process = null;
            return new(Ok: false, lost.Message);
        }
    }

    public void Dispose() => _process?.Dispose();

    /// <summary>False: the process was lost, and what it had prepared with it.</summary>
    private bool TryPrepare(Cell cell, IReadOnlyList<string> names, PreparedPeers prepared)
    {
        PeerReply inputs = TryAsk(new("cell", Cell: cell));
        foreach (string name in names)
        {
            PeerReply reply = inputs.Ok ? TryAsk(new("prepare", Peer: name)) : inputs;
            if (!reply.Ok)
                prepared.Absent[name] = reply.Error ?? "no reason given";
            prepared.Blocks ??= reply.Blocks;
            if (inputs.Ok && _process is null)
                return false;
        }

        return true;
    }
}
