namespace FlexAttention.Generators.Emit;

/// <summary>The version that generated code names as its origin.</summary>
internal static class GeneratorVersion
{
    /// <summary>Major, minor and patch.</summary>
    public static string Text { get; } = typeof(GeneratorVersion).Assembly.GetName().Version.ToString(3);
}
