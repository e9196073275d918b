using System.Runtime.InteropServices;

namespace FlexAttention.Interop;

/// <summary>
/// The CUDA driver API, under the names of NVIDIA's headers. A name with <c>_v2</c> is the entry point that the header's
/// plain name stands for. Nothing is checked here: see <see cref="CudaCall"/>.
/// </summary>
internal static unsafe partial class CudaDriver
{
    private const string Library = NativeLibraries.Driver;

    static CudaDriver() => NativeLibraries.Register();

    [LibraryImport(Library)]
    public static partial CUresult cuInit(uint flags);

    [LibraryImport(Library)]
    public static partial CUresult cuDriverGetVersion(int* version);

    [LibraryImport(Library)]
    public static partial CUresult cuGetErrorName(CUresult error, byte** text);

    [LibraryImport(Library)]
    public static partial CUresult cuGetErrorString(CUresult error, byte** text);

    [LibraryImport(Library)]
    public static partial CUresult cuDeviceGetCount(int* count);

    [LibraryImport(Library)]
    public static partial CUresult cuDeviceGet(int* device, int ordinal);

    [LibraryImport(Library)]
    public static partial CUresult cuDeviceGetName(byte* name, int length, int device);

    [LibraryImport(Library)]
    public static partial CUresult cuDeviceGetAttribute(int* value, CUdevice_attribute attribute, int device);

    [LibraryImport(Library, EntryPoint = "cuDeviceTotalMem_v2")]
    public static partial CUresult cuDeviceTotalMem(nuint* bytes, int device);

    [LibraryImport(Library)]
    public static partial CUresult cuDevicePrimaryCtxRetain(nint* context, int device);

    [LibraryImport(Library, EntryPoint = "cuCtxPushCurrent_v2")]
    public static partial CUresult cuCtxPushCurrent(nint context);

    [LibraryImport(Library, EntryPoint = "cuCtxPopCurrent_v2")]
    public static partial CUresult cuCtxPopCurrent(nint* context);

    [LibraryImport(Library)]
    public static partial CUresult cuCtxSynchronize();

    [LibraryImport(Library, EntryPoint = "cuMemAlloc_v2")]
    public static partial CUresult cuMemAlloc(nint* address, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemFree_v2")]
    public static partial CUresult cuMemFree(nint address);

    [LibraryImport(Library)]
    public static partial CUresult cuMemPoolCreate(nint* pool, CUmemPoolProps* properties);

    [LibraryImport(Library)]
    public static partial CUresult cuMemPoolSetAttribute(nint pool, CUmemPool_attribute attribute, void* value);

    [LibraryImport(Library)]
    public static partial CUresult cuMemAllocFromPoolAsync(nint* address, nuint bytes, nint pool, nint stream);

    [LibraryImport(Library)]
    public static partial CUresult cuMemFreeAsync(nint address, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyHtoD_v2")]
    public static partial CUresult cuMemcpyHtoD(nint destination, void* source, nuint bytes);

    [LibraryImport(Library, EntryPoint = "cuMemcpyHtoDAsync_v2")]
    public static partial CUresult cuMemcpyHtoDAsync(nint destination, void* source, nuint bytes, nint stream);

    [LibraryImport(Library, EntryPoint = "cuMemcpyDtoH_v2")]
    public static partial CUresult cuMemcpyDtoH(void* destination, nint source, nuint bytes);

    [LibraryImport(Library)]
    public static partial CUresult cuMemsetD8Async(nint destination, byte value, nuint count, nint stream);

    [LibraryImport(Library)]
    public static partial CUresult cuModuleLoadData(nint* module, void* image);

    [LibraryImport(Library)]
    public static partial CUresult cuModuleGetFunction(nint* function, nint module, byte* name);

    [LibraryImport(Library)]
    public static partial CUresult cuFuncGetAttribute(int* value, CUfunction_attribute attribute, nint function);

    [LibraryImport(Library)]
    public static partial CUresult cuFuncSetAttribute(nint function, CUfunction_attribute attribute, int value);

    [LibraryImport(Library)]
    public static partial CUresult cuLaunchKernel(
        nint function,
        uint gridX,
        uint gridY,
        uint gridZ,
        uint blockX,
        uint blockY,
        uint blockZ,
        uint sharedBytes,
        nint stream,
        void** parameters,
        void** extra);

    [LibraryImport(Library)]
    public static partial CUresult cuTensorMapEncodeTiled(
        void* tensorMap,
        CUtensorMapDataType dataType,
        uint rank,
        void* address,
        ulong* extents,
        ulong* strides,
        uint* box,
        uint* elementStrides,
        CUtensorMapInterleave interleave,
        CUtensorMapSwizzle swizzle,
        CUtensorMapL2promotion promotion,
        CUtensorMapFloatOOBfill fill);

    [LibraryImport(Library)]
    public static partial CUresult cuStreamCreate(nint* stream, CUstream_flags flags);

    [LibraryImport(Library, EntryPoint = "cuStreamDestroy_v2")]
    public static partial CUresult cuStreamDestroy(nint stream);

    [LibraryImport(Library)]
    public static partial CUresult cuStreamSynchronize(nint stream);

    [LibraryImport(Library, EntryPoint = "cuStreamBeginCapture_v2")]
    public static partial CUresult cuStreamBeginCapture(nint stream, CUstreamCaptureMode mode);

    [LibraryImport(Library)]
    public static partial CUresult cuStreamEndCapture(nint stream, nint* graph);

    [LibraryImport(Library)]
    public static partial CUresult cuStreamIsCapturing(nint stream, CUstreamCaptureStatus* status);

    [LibraryImport(Library)]
    public static partial CUresult cuStreamGetId(nint stream, ulong* id);

    [LibraryImport(Library)]
    public static partial CUresult cuThreadExchangeStreamCaptureMode(CUstreamCaptureMode* mode);

    [LibraryImport(Library)]
    public static partial CUresult cuGraphInstantiateWithFlags(nint* executable, nint graph, CUgraphInstantiate_flags flags);

    [LibraryImport(Library)]
    public static partial CUresult cuGraphLaunch(nint executable, nint stream);

    [LibraryImport(Library)]
    public static partial CUresult cuGraphDestroy(nint graph);

    [LibraryImport(Library)]
    public static partial CUresult cuGraphExecDestroy(nint executable);

    [LibraryImport(Library)]
    public static partial CUresult cuEventCreate(nint* @event, CUevent_flags flags);

    [LibraryImport(Library, EntryPoint = "cuEventDestroy_v2")]
    public static partial CUresult cuEventDestroy(nint @event);

    [LibraryImport(Library)]
    public static partial CUresult cuEventRecord(nint @event, nint stream);

    [LibraryImport(Library)]
    public static partial CUresult cuEventQuery(nint @event);

    [LibraryImport(Library)]
    public static partial CUresult cuEventSynchronize(nint @event);

    [LibraryImport(Library)]
    public static partial CUresult cuStreamWaitEvent(nint stream, nint @event, uint flags);

    [LibraryImport(Library)]
    public static partial CUresult cuEventElapsedTime(float* milliseconds, nint start, nint end);
}
