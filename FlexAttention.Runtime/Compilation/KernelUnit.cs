using System.Security.Cryptography;
using System.Text;
using FlexAttention.Descriptors;

namespace FlexAttention.Compilation;

/// <summary>Everything that one compilation depends on, NVRTC itself apart.</summary>
/// <param name="Variant">The variant's name, for messages.</param>
/// <param name="Source">The CUDA unit.</param>
/// <param name="Config">The text of flex/config.cuh.</param>
/// <param name="Kind">Which kernel of the unit.</param>
/// <param name="Architecture">What to compile for.</param>
internal sealed record KernelUnit(string Variant, string Source, string Config, KernelKind Kind, GpuArchitecture Architecture)
{
    /// <summary>The name that the composed header is included by.</summary>
    public const string ConfigName = "flex/config.cuh";

    public static KernelUnit Of<TConfig>(VariantDescriptor variant, KernelKind kind, in TConfig config, GpuArchitecture architecture)
        where TConfig : struct, IKernelConfig<TConfig> =>
        new(variant.Name, variant.CudaSource, config.ToHeader(), kind, architecture);

    /// <summary>NVRTC's options.</summary>
    public IReadOnlyList<string> Options() =>
    [
        $"--gpu-architecture={Architecture.Option}",
        "-std=c++17",
        // Registers and spills, in the log. Only machine code has them.
        .. Architecture.IsPtx ? Array.Empty<string>() : ["--ptxas-options=-v"],
        $"-D{Kind.Macro()}",
    ];

    /// <summary>
    /// The name of the compiled kernel: a hash of all that it depends on, so that nothing can be forgotten and no one has
    /// to invalidate anything.
    /// </summary>
    public string Key(Version nvrtcVersion)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        Append(hash, nvrtcVersion.ToString());
        foreach (string option in Options())
            Append(hash, option);
        Append(hash, Config);
        Append(hash, WithoutLineNumbers(Source));
        for (int i = 0; i < EmbeddedHeaders.Names.Count; i++)
        {
            Append(hash, EmbeddedHeaders.Names[i]);
            Append(hash, EmbeddedHeaders.Texts[i]);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>Where a statement stood in C# is in messages alone, so that moving a method compiles nothing anew.</summary>
    private static string WithoutLineNumbers(string source) =>
        string.Join('\n', source.Split('\n').Where(static line => !line.StartsWith("#line ", StringComparison.Ordinal)));

    private static void Append(IncrementalHash hash, string text)
    {
        hash.AppendData(Encoding.UTF8.GetBytes(text));
        // A separator that no text holds, so that two texts cannot trade characters.
        hash.AppendData([0]);
    }
}
