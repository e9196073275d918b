using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>A sum in fixed point whose order does not matter: the CUDA struct of the same name. Kernels alone read it.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct FixedSum
{
    public long Low;
    public long High;
}
