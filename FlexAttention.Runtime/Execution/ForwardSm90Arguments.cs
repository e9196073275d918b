using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>The Hopper kernel's first parameter, field for field the CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential, Size = Bytes)]
internal struct ForwardSm90Arguments
{
    /// <summary>The CUDA struct's size: a multiple of the tensor maps' alignment, which C# cannot ask for.</summary>
    private const int Bytes = 768;

    public TensorMap Q;
    public TensorMap K;
    public TensorMap V;
    public TensorMap Output;
    public ForwardArguments Problem;

    /// <summary>In which order the tiles of queries run.</summary>
    public ForwardWork Work;
}
