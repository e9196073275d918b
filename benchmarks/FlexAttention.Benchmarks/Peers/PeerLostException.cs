namespace FlexAttention.Benchmarks.Peers;

/// <summary>The peers' process has ended, or was ended because it did not answer.</summary>
internal sealed class PeerLostException(string message) : Exception(message);
