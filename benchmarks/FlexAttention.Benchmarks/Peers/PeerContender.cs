using FlexAttention.Benchmarks.Harness;

namespace FlexAttention.Benchmarks.Peers;

/// <summary>A peer that is ready to be timed.</summary>
internal sealed class PeerContender(PeerHost host, string name) : IContender
{
    /// <summary>The peer's name.</summary>
    public string Name => name;

    /// <summary>Why it cannot be timed any longer; null while it can.</summary>
    public string? Failure { get; private set; }

    /// <summary>The milliseconds of a call; not a number once it has failed.</summary>
    public double Time()
    {
        if (Failure is not null)
            return double.NaN;
        PeerReply reply = host.TryAsk(new("time", Peer: name, BurstMs: Burst.Milliseconds));
        Failure = reply.Ok ? null : reply.Error;
        return reply.Ms ?? double.NaN;
    }
}
