using FlexAttention.Benchmarks.Peers;
using FlexAttention.Benchmarks.Problems;

namespace FlexAttention.Benchmarks.Harness;

/// <summary>Times ours and the peers of one cell in common rounds.</summary>
internal sealed record CellTimer(PeerSession Peers, Rounds Rounds)
{
    /// <summary>The medians; peers that failed are left out and reported.</summary>
    public CellTimes Measure(IContender ours, Cell cell)
    {
        PreparedPeers prepared = Peers.Prepare(cell);
        double[] medians = Rounds.Measure([ours, .. prepared.Contenders]);
        Peers.Finish(cell, prepared);
        var timed = prepared.Contenders
            .Zip(medians.Skip(1), (contender, median) => (contender, median))
            .Where(pair => pair.contender.Failure is null)
            .ToDictionary(pair => pair.contender.Name, pair => pair.median);
        return new(medians[0], timed, prepared.Blocks);
    }
}
