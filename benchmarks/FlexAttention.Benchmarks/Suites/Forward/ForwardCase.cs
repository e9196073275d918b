namespace FlexAttention.Benchmarks.Suites.Forward;

/// <summary>One variant with its captures and block mask, ready to be called.</summary>
/// <param name="Name">As in peers.py.</param>
/// <param name="Pairs">The (query, key) pairs of a head that the mask keeps.</param>
/// <param name="Call">Queues one call.</param>
/// <param name="Owned">What to dispose after the last call.</param>
internal sealed record ForwardCase(string Name, long Pairs, Action<ForwardInputs.Set> Call, params IDisposable[] Owned) : IDisposable
{
    public void Dispose()
    {
        foreach (IDisposable item in Owned)
            item.Dispose();
    }
}
