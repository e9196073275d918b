namespace FlexAttention;

/// <summary>Which of the forward or backward kernels runs: each is written for the instructions of one generation of GPUs.</summary>
public enum KernelFamily
{
    /// <summary>For compute capability 8.0 and all later ones; for every element type, alignment and stride.</summary>
    Ampere,

    /// <summary>For compute capability 9.0: 16-bit elements in rows on 16-byte boundaries; backward, head dimensions up to 128.</summary>
    Hopper,
}
