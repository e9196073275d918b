using FlexAttention.Compilation;

namespace FlexAttention.Tests.Runtime;

/// <summary>Holds structs that the host fills in to those that kernels read.</summary>
internal static class CudaLayout
{
    /// <summary>Asserts by NVRTC that a CUDA struct has the size and offsets of its mirror.</summary>
    /// <param name="header">The header that declares it.</param>
    /// <param name="type">Its name in the namespace flex.</param>
    /// <param name="size">The mirror's size.</param>
    /// <param name="fields">CUDA names with the mirror's offsets.</param>
    public static void Check(string header, string type, int size, params (string Field, long Offset)[] fields)
    {
        IEnumerable<string> assertions = fields.Select(field =>
            $"static_assert(FLEX_OFFSET({field.Field}) == {field.Offset}, \"{field.Field}\");");
        string source =
            $"""
            #include "{header}"
            #define FLEX_OFFSET(field) __INTADDR__(&((flex::{type}*)0)->field)
            static_assert(sizeof(flex::{type}) == {size}, "size");
            {string.Join('\n', assertions)}
            """;

        Assert.DoesNotThrow(() => NvrtcCompiler.Compile(UnitSources.Of(source)));
    }
}
