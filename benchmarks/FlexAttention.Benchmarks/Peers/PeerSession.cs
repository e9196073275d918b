using Spectre.Console;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>The peers of one run of a suite: none where they were not asked for, or where a printed reason says so.</summary>
internal sealed class PeerSession : IDisposable
{
    private readonly PeerScript? _script;
    private readonly PeerHost? _host;
    private readonly IReadOnlyList<string> _names;
    private readonly List<string> _absent = [];

    private PeerSession(PeerScript? script, PeerHost? host, IReadOnlyList<string> names)
    {
        _script = script;
        _host = host;
        _names = names;
    }

    /// <summary>No peers, as asked for.</summary>
    public static PeerSession None => new(null, null, []);

    /// <summary>What is missing from the rows, and why.</summary>
    public IReadOnlyList<string> Absent => _absent;

    /// <summary>The versions of torch and of what it uses.</summary>
    public IReadOnlyDictionary<string, string> Versions => _host?.Versions ?? new Dictionary<string, string>();

    /// <summary>Starts the peers and lets them compile for all cells.</summary>
    /// <param name="script">The script; disposed with the session.</param>
    /// <param name="names">The peers to time.</param>
    /// <param name="workers">The processes that compile; 0 for none.</param>
    /// <param name="cells">What will be timed.</param>
    public static PeerSession Open(PeerScript script, IReadOnlyList<string> names, int workers, IReadOnlyList<Cell> cells)
    {
        var host = PeerHost.TryStart(() => script.Start(), out string? reason);
        var session = new PeerSession(script, host, names);
        if (host is null)
            session.Report($"no peers, only ours is timed: {reason}");
        else if (workers > 0 && names.Contains(PeerNames.Flex))
            PeerWarmUp.Run(script, workers, cells);
        return session;
    }

    /// <summary>The peers of a cell.</summary>
    public PreparedPeers Prepare(Cell cell)
    {
        PreparedPeers prepared = _host?.Prepare(cell, [.. PeerNames.Of(cell).Intersect(_names)]) ?? new();
        foreach ((string name, string reason) in prepared.Absent)
            Report($"{cell}: no {name}: {reason}");
        return prepared;
    }

    /// <summary>Notes which of a cell's peers failed while they were timed, and frees what the cell took.</summary>
    public void Finish(Cell cell, PreparedPeers prepared)
    {
        foreach (PeerContender contender in prepared.Contenders.Where(contender => contender.Failure is not null))
            Report($"{cell}: no {contender.Name}: {contender.Failure}");
        _host?.Free();
    }

    public void Dispose()
    {
        _host?.Dispose();
        _script?.Dispose();
    }

    private void Report(string line)
    {
        _absent.Add(line);
        AnsiConsole.WriteLine(line);
    }
}
