using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>The driver's result codes that this library tells apart; the driver names the others itself.</summary>
internal enum CUresult
{
    CUDA_SUCCESS = 0,
    CUDA_ERROR_INVALID_VALUE = 1,
    CUDA_ERROR_OUT_OF_MEMORY = 2,
    CUDA_ERROR_NOT_INITIALIZED = 3,
    CUDA_ERROR_DEINITIALIZED = 4,
    CUDA_ERROR_NO_DEVICE = 100,
    CUDA_ERROR_INVALID_DEVICE = 101,
    CUDA_ERROR_INVALID_IMAGE = 200,
    CUDA_ERROR_NO_BINARY_FOR_GPU = 209,
    CUDA_ERROR_INVALID_SOURCE = 300,
    CUDA_ERROR_NOT_FOUND = 500,
    CUDA_ERROR_NOT_READY = 600,
    CUDA_ERROR_ILLEGAL_ADDRESS = 700,
    CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES = 701,
    CUDA_ERROR_LAUNCH_FAILED = 719,
    CUDA_ERROR_SYSTEM_DRIVER_MISMATCH = 803,
    CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED = 900,
    CUDA_ERROR_STREAM_CAPTURE_INVALIDATED = 901,
    CUDA_ERROR_STREAM_CAPTURE_ISOLATION = 905,
    CUDA_ERROR_STREAM_CAPTURE_IMPLICIT = 906,
}

/// <summary>Device attributes, as <c>CUdevice_attribute</c> numbers them.</summary>
internal enum CUdevice_attribute
{
    CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT = 16,
    CU_DEVICE_ATTRIBUTE_L2_CACHE_SIZE = 38,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR = 75,
    CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR = 76,
    CU_DEVICE_ATTRIBUTE_MAX_SHARED_MEMORY_PER_BLOCK_OPTIN = 97,
    CU_DEVICE_ATTRIBUTE_MEMORY_POOLS_SUPPORTED = 115,
}

/// <summary>Function attributes, as <c>CUfunction_attribute</c> numbers them.</summary>
internal enum CUfunction_attribute
{
    CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK = 0,
    CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES = 8,
}

/// <summary>Memory pool attributes, as <c>CUmemPool_attribute</c> numbers them.</summary>
internal enum CUmemPool_attribute
{
    CU_MEMPOOL_ATTR_RELEASE_THRESHOLD = 4,
}

/// <summary>What a memory pool allocates and where; reserved bytes are zero.</summary>
[StructLayout(LayoutKind.Sequential, Size = 88)]
internal struct CUmemPoolProps
{
    /// <summary>CU_MEM_ALLOCATION_TYPE_PINNED = 1.</summary>
    public int allocType;

    /// <summary>CU_MEM_HANDLE_TYPE_NONE = 0.</summary>
    public int handleTypes;

    /// <summary>CU_MEM_LOCATION_TYPE_DEVICE = 1.</summary>
    public int locationType;

    /// <summary>The device.</summary>
    public int locationId;
}

/// <summary>What a thread may do while a stream is captured.</summary>
internal enum CUstreamCaptureMode
{
    /// <summary>No thread may do what capture could not record.</summary>
    CU_STREAM_CAPTURE_MODE_GLOBAL = 0,

    /// <summary>This thread may not do what capture could not record.</summary>
    CU_STREAM_CAPTURE_MODE_THREAD_LOCAL = 1,

    /// <summary>Anything: it is done at once and not recorded.</summary>
    CU_STREAM_CAPTURE_MODE_RELAXED = 2,
}

/// <summary>Whether a stream is captured.</summary>
internal enum CUstreamCaptureStatus
{
    CU_STREAM_CAPTURE_STATUS_NONE = 0,
    CU_STREAM_CAPTURE_STATUS_ACTIVE = 1,
    CU_STREAM_CAPTURE_STATUS_INVALIDATED = 2,
}

/// <summary>How a graph is made ready.</summary>
[Flags]
internal enum CUgraphInstantiate_flags : ulong
{
    /// <summary>Memory that the graph allocates, and nobody has freed, is freed when it is launched again.</summary>
    CUDA_GRAPH_INSTANTIATE_FLAG_AUTO_FREE_ON_LAUNCH = 1,
}

/// <summary>How an event is made.</summary>
[Flags]
internal enum CUevent_flags : uint
{
    CU_EVENT_DEFAULT = 0,
    CU_EVENT_DISABLE_TIMING = 2,
}

/// <summary>How a stream is made.</summary>
[Flags]
internal enum CUstream_flags : uint
{
    /// <summary>Ordered with the legacy default stream.</summary>
    CU_STREAM_DEFAULT = 0,

    /// <summary>Not ordered with it.</summary>
    CU_STREAM_NON_BLOCKING = 1,
}
