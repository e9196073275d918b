namespace FlexAttention.Execution;

/// <summary>
/// A value made once, on first use. Unlike a <see cref="Lazy{T}"/>'s, a failure is not kept: what was missing may be
/// there at the next call.
/// </summary>
internal sealed class Retried<T>(Func<T> create)
{
    private readonly Lock _lock = new();
    private volatile bool _made;
    private T _value = default!;

    public T Value
    {
        get
        {
            if (_made)
                return _value;
            lock (_lock)
            {
                if (!_made)
                {
                    _value = create();
                    _made = true;
                }

                return _value;
            }
        }
    }
}
