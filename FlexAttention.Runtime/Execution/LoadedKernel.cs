using FlexAttention.Compilation;
using FlexAttention.Interop;

namespace FlexAttention.Execution;

/// <summary>A compiled unit on a GPU. Modules live as long as the process: there is one for each configuration, whatever the shapes.</summary>
internal sealed unsafe class LoadedKernel
{
    private readonly CudaDevice _device;
    private readonly nint _module;
    private readonly nint[] _functions = new nint[EntryPoints.Count];
    private readonly int[] _threads = new int[EntryPoints.Count];

    /// <summary>Loads a unit.</summary>
    /// <param name="device">The GPU.</param>
    /// <param name="kernel">The unit.</param>
    /// <param name="tile">The tile it was compiled for.</param>
    /// <param name="sharedBytes">The dynamic shared memory that launches will ask for.</param>
    public LoadedKernel(CudaDevice device, CompiledKernel kernel, TileConfig tile, int sharedBytes)
    {
        Tile = tile;
        Compiled = kernel;
        _device = device;
        SharedBytes = sharedBytes;
        using (device.MakeCurrent())
        using (RelaxedCapture.Enter())
        {
            nint module;
            fixed (byte* image = kernel.Image)
                CudaCall.Check(CudaDriver.cuModuleLoadData(&module, image));
            _module = module;
        }
    }

    /// <summary>What a block of threads works on at once.</summary>
    public TileConfig Tile { get; }

    /// <summary>The unit.</summary>
    public CompiledKernel Compiled { get; }

    /// <summary>The dynamic shared memory of a block, in bytes.</summary>
    public int SharedBytes { get; }

    /// <summary>The driver's <c>CUfunction</c> of an entry point.</summary>
    public nint Function(EntryPoint entry)
    {
        nint function = Volatile.Read(ref _functions[(int)entry]);
        return function != 0 ? function : Find(entry);
    }

    /// <summary>The threads of a block that an entry point was compiled for.</summary>
    public int Threads(EntryPoint entry)
    {
        Function(entry);
        return _threads[(int)entry];
    }

    private nint Find(EntryPoint entry)
    {
        using (_device.MakeCurrent())
        using (RelaxedCapture.Enter())
        {
            nint function;
            fixed (byte* name = EntryPoints.NameOf(entry))
                CudaCall.Check(CudaDriver.cuModuleGetFunction(&function, _module, name));
            if (SharedBytes > 0 && entry.HasTile())
            {
                CudaCall.Check(CudaDriver.cuFuncSetAttribute(
                    function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, SharedBytes));
            }

            int threads;
            CudaCall.Check(CudaDriver.cuFuncGetAttribute(
                &threads, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_THREADS_PER_BLOCK, function));
            _threads[(int)entry] = threads;
            Volatile.Write(ref _functions[(int)entry], function);
            return function;
        }
    }
}
