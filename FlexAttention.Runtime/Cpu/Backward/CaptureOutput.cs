using FlexAttention.Descriptors;

namespace FlexAttention.Cpu.Backward;

/// <summary>The gradient of one capture that learns.</summary>
/// <param name="Result">The result, dense and zeroed: one element for a scalar.</param>
/// <param name="IndexedBy">The positions that tell its elements apart. See <see cref="CaptureDescriptor.IndexedBy"/>.</param>
internal readonly record struct CaptureOutput(DeviceTensor<float> Result, IndexDependence IndexedBy);
