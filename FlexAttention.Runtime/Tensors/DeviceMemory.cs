using Microsoft.Win32.SafeHandles;

namespace FlexAttention;

/// <summary>One allocation on a device, freed by its owner or, failing that, by the finalizer.</summary>
internal abstract class DeviceMemory(nint address) : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <summary>The first byte, in host or device memory.</summary>
    public nint Address { get; } = address;
}
