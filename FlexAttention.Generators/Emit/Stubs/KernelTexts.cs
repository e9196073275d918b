namespace FlexAttention.Generators.Emit.Stubs;

/// <summary>The emitted texts that a kernel class shows and runs.</summary>
/// <param name="Cuda">The CUDA unit.</param>
/// <param name="Cpu">The struct that is the CPU kernel.</param>
/// <param name="Ir">The intermediate representation, printed.</param>
/// <param name="CudaName">The CUDA struct's name.</param>
internal sealed record KernelTexts(string Cuda, string Cpu, string Ir, string CudaName);
