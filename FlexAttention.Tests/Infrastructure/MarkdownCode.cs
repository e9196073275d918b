namespace FlexAttention.Tests.Infrastructure;

/// <summary>The pages of the repository, and the C# in them.</summary>
internal static class MarkdownCode
{
    /// <summary>The text of a page; skips the test where the repository is not there.</summary>
    public static string Page(params ReadOnlySpan<string> path) => File.ReadAllText(PathOf(path));

    /// <summary>Where a page lies; skips the test where the repository is not there.</summary>
    public static string PathOf(params ReadOnlySpan<string> path)
    {
        if (TestEnvironment.RepositoryRoot is not { } root)
            Assert.Ignore("The tests run without the repository, so there are no pages to check.");
        else
            return Path.Combine([root, .. path]);
        throw new InvalidOperationException("Assert.Ignore returned.");
    }

    /// <summary>The C# blocks of a page.</summary>
    public static IEnumerable<string> BlocksOf(string page) =>
        page.Split("```csharp\n").Skip(1).Select(static part => part[..part.IndexOf("```", StringComparison.Ordinal)]);
}
