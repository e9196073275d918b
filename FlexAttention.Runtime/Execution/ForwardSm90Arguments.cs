using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>The Hopper kernel's first parameter, field for field the CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal unsafe struct ForwardSm90Arguments
{
    /// <summary>The CUDA struct's size: a multiple of the tensor maps' alignment, which C# cannot ask for.</summary>
    private const int Bytes = 832;

    public TensorMap Q;
    public TensorMap K;
    public TensorMap V;
    public TensorMap Output;
    public ForwardArguments Problem;

    /// <summary>Zero before and after a persistent kernel, which deals out its tiles by it; else null.</summary>
    public uint* Counter;

    /// <summary>In which order the tiles of queries run.</summary>
    public ForwardWork Work;

    /// <summary>What the parts of the keys give, of more than one: <see cref="KeySplit"/>.</summary>
    public void* Partials;
}
