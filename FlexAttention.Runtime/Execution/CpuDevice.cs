using System.Runtime.InteropServices;
using FlexAttention.Cpu.Forward;

namespace FlexAttention;

/// <summary>The machine's processors.</summary>
internal sealed unsafe class CpuDevice : Device
{
    public override bool IsCpu => true;

    public override string Name { get; } = $"CPU ({Environment.ProcessorCount} threads, {(int)VectorWidths.Widest}-bit vectors)";

    internal override DeviceMemory Allocate(long bytes, bool zeroed) => HostMemory.Allocate(bytes, zeroed);

    internal override DeviceMemory AllocateResult(long bytes, CudaStream? stream) => HostMemory.Allocate(bytes, zeroed: false);

    internal override void Clear(nint address, long bytes, CudaStream? stream) => NativeMemory.Clear((void*)address, (nuint)bytes);

    internal override void CopyFromHost(nint destination, nint source, long bytes) =>
        Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);

    internal override void CopyFromHost(nint destination, nint source, long bytes, CudaStream? stream) =>
        CopyFromHost(destination, source, bytes);

    internal override void CopyToHost(nint destination, nint source, long bytes) =>
        Buffer.MemoryCopy((void*)source, (void*)destination, bytes, bytes);
}
