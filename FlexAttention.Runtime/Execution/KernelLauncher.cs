using FlexAttention.Interop;

namespace FlexAttention.Execution;

/// <summary>Starts kernels. Nothing here allocates.</summary>
internal static unsafe class KernelLauncher
{
    /// <summary>Starts a kernel whose parameters are two structs by value; returns before it is done.</summary>
    public static void Launch<TArguments, TVariant>(
        CudaDevice device,
        nint function,
        LaunchGrid grid,
        int threads,
        int sharedBytes,
        CudaStream? stream,
        in TArguments arguments,
        in TVariant variant)
        where TArguments : unmanaged
        where TVariant : unmanaged
    {
        fixed (TArguments* first = &arguments)
            Launch(device, function, grid, threads, sharedBytes, stream, first, in variant);
    }

    /// <summary>The same with a first parameter whose length is known at run time only.</summary>
    public static void Launch<TVariant>(
        CudaDevice device,
        nint function,
        LaunchGrid grid,
        int threads,
        int sharedBytes,
        CudaStream? stream,
        void* arguments,
        in TVariant variant)
        where TVariant : unmanaged
    {
        grid.Check();
        if (grid.IsEmpty)
            return;
        nint queue = (stream ?? device.DefaultStream).RawHandle;
        if (stream is { IsForeign: true })
            device.Pool?.NoteForeignStream();
        fixed (TVariant* second = &variant)
        {
            void** parameters = stackalloc void*[2] { arguments, second };
            using (device.MakeCurrent())
            {
                CudaCall.Check(CudaDriver.cuLaunchKernel(
                    function,
                    (uint)grid.X,
                    (uint)grid.Y,
                    (uint)grid.Z,
                    (uint)threads,
                    1,
                    1,
                    (uint)sharedBytes,
                    queue,
                    parameters,
                    null));
            }
        }

        GC.KeepAlive(stream);
    }
}
