using System.Runtime.InteropServices;

namespace FlexAttention.Cpu.Forward;

/// <summary>Working memory of one thread of one call, kept for the next call.</summary>
internal sealed unsafe class Scratch
{
    /// <summary>A cache line, and the widest vector.</summary>
    public const int Alignment = 64;

    private static readonly IdlePool<Scratch> s_idle = new(2 * Environment.ProcessorCount);

    private nuint _capacity;

    private Scratch()
    {
    }

    /// <summary>Frees the memory of scratch that the pool had no room for.</summary>
    ~Scratch() => NativeMemory.AlignedFree(Memory);

    /// <summary>The memory, aligned, with whatever it holds.</summary>
    public byte* Memory { get; private set; }

    /// <summary>Takes idle scratch of at least that size, or makes some.</summary>
    public static Scratch Rent(nuint bytes)
    {
        Scratch scratch = s_idle.TryTake() ?? new Scratch();
        scratch.Reserve(bytes);
        return scratch;
    }

    /// <summary>Gives the scratch back.</summary>
    public void Return() => s_idle.Return(this);

    private void Reserve(nuint bytes)
    {
        if (bytes <= _capacity)
            return;
        Memory = (byte*)NativeMemory.AlignedRealloc(Memory, bytes, Alignment);
        _capacity = bytes;
    }
}
