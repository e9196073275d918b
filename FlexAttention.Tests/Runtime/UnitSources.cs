using FlexAttention.Compilation;

namespace FlexAttention.Tests.Runtime;

/// <summary>Small CUDA units that need no variant, to test compilation alone.</summary>
internal static class UnitSources
{
    public const string Empty =
        """
        extern "C" __global__ void flex_forward(float* values) { values[threadIdx.x] *= 2.0f; }
        """;

    public const string Broken =
        """
        #line 7 "Variants.cs"
        extern "C" __global__ void flex_forward(float* values) { values[0] = undeclared; }
        """;

    /// <summary>A unit that no other test compiles, so that counts of compilations are exact.</summary>
    public static KernelUnit Unique() => Of($"{Empty}\n// {Guid.NewGuid()}");

    public static KernelUnit Of(string source, GpuArchitecture? architecture = null) =>
        new("Tests.Unit", source, "#pragma once\n", KernelKind.Forward, architecture ?? GpuArchitecture.Sm80);
}
