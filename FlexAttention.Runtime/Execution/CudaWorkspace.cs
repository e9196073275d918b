namespace FlexAttention.Execution;

/// <summary>
/// Memory for the kernels of one call, given back in the order of its stream. Where the driver has memory pools, nothing here
/// allocates managed memory.
/// </summary>
internal readonly ref struct CudaWorkspace
{
    private readonly CudaMemoryPool? _pool;
    private readonly CudaStream _stream;

    /// <summary>Where the driver has no pool: freeing it waits for the work that uses it, and a capture cannot have it.</summary>
    private readonly DeviceMemory? _memory;

    /// <summary>Takes memory, with whatever it holds.</summary>
    public CudaWorkspace(CudaDevice device, long bytes, CudaStream stream)
    {
        _pool = device.Pool;
        _stream = stream;
        if (_pool is null)
            _memory = device.Allocate(bytes, zeroed: false);
        Address = _pool?.Allocate(bytes, stream) ?? _memory!.Address;
    }

    /// <summary>The first byte, on a boundary of 256.</summary>
    public nint Address { get; }

    /// <summary>Gives the memory back: work that is queued already still has it.</summary>
    public void Dispose()
    {
        _pool?.Free(Address, _stream);
        _memory?.Dispose();
    }
}
