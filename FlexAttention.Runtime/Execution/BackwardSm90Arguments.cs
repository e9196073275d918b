using System.Runtime.InteropServices;

namespace FlexAttention.Execution;

/// <summary>
/// What stands before the <see cref="DeviceBackwardArguments"/> in the Hopper backward kernel's first parameter, field for field
/// the CUDA struct of the same name.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct BackwardSm90Arguments
{
    public TensorMap Q;
    public TensorMap K;
    public TensorMap V;
    public TensorMap DOutput;
    public TensorMap DK;
    public TensorMap DV;

    /// <summary>The key/value heads that go through their tiles together.</summary>
    public int GroupHeads;

    /// <summary>The tiles of keys of a head.</summary>
    public int KvTiles;
}
