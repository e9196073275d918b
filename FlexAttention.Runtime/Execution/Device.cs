namespace FlexAttention;

/// <summary>Where tensors live and kernels run: the CPU, or one CUDA GPU.</summary>
public abstract class Device
{
    private protected Device()
    {
    }

    /// <summary>The machine's processors.</summary>
    public static Device Cpu { get; } = new CpuDevice();

    /// <summary>Whether this is the CPU.</summary>
    public abstract bool IsCpu { get; }

    /// <summary>The device's name.</summary>
    public abstract string Name { get; }

    /// <summary>The first GPU that can run the kernels, else the CPU. <see cref="DescribeBest"/> says why.</summary>
    public static Device Best => CudaDevice.FindBest(out _) ?? Cpu;

    /// <summary>Says which device <see cref="Best"/> is and, if it is the CPU, why it is not a GPU.</summary>
    public static string DescribeBest()
    {
        Device? gpu = CudaDevice.FindBest(out string? reason);
        return gpu is null ? $"{Cpu.Name}, and no GPU: {reason}" : gpu.ToString();
    }

    /// <inheritdoc/>
    public override string ToString() => Name;

    /// <summary>Allocates memory, zeroed or with whatever it holds.</summary>
    internal abstract DeviceMemory Allocate(long bytes, bool zeroed);

    /// <summary>Allocates memory for what the next work on a stream writes, with whatever it holds.</summary>
    internal abstract DeviceMemory AllocateResult(long bytes, CudaStream? stream);

    /// <summary>Fills memory with zeros, in the order of the work on a stream.</summary>
    internal abstract void Clear(nint address, long bytes, CudaStream? stream);

    /// <summary>Copies from host memory; done when this returns.</summary>
    internal abstract void CopyFromHost(nint destination, nint source, long bytes);

    /// <summary>The same in the order of the work on a stream; the source may change afterwards.</summary>
    internal abstract void CopyFromHost(nint destination, nint source, long bytes, CudaStream? stream);

    /// <summary>Copies to host memory; done when this returns.</summary>
    internal abstract void CopyToHost(nint destination, nint source, long bytes);
}
