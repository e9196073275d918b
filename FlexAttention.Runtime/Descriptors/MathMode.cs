namespace FlexAttention;

/// <summary>
/// How functions such as exp and tanh are computed on the GPU. Products of float inputs are real 32-bit products either way.
/// </summary>
public enum MathMode
{
    /// <summary>By the hardware's approximations, a few units in the last place of a 16-bit result at most.</summary>
    Fast,

    /// <summary>By the accurate functions of the CUDA library.</summary>
    Exact,
}
