using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>Where the gradient of a learnable capture goes: the CUDA struct of the same name.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GradientTarget
{
    private const int MaximumRank = 4;

    public float* Data;

    /// <summary>The number of elements along each dimension; 1 past the rank.</summary>
    public fixed int Extent[MaximumRank];

    /// <summary>The distance in elements between neighbours along each dimension; 0 past the rank.</summary>
    public fixed long Stride[MaximumRank];

    /// <summary>Describes a tensor.</summary>
    public GradientTarget(DeviceTensor<float> gradient)
    {
        Data = (float*)gradient.Pointer;
        for (int d = 0; d < MaximumRank; d++)
        {
            Extent[d] = d < gradient.Rank ? (int)gradient.Shape[d] : 1;
            Stride[d] = d < gradient.Rank ? gradient.Strides[d] : 0;
        }
    }
}
