namespace QuickStart;

/// <summary>Where things are.</summary>
internal static class Folders
{
    /// <summary>The repository that this program was built in, or null.</summary>
    public static string? RepositoryRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "FlexAttention.sln")))
                return folder.FullName;
        }

        return null;
    }

    /// <summary>A path to a result, beside the program.</summary>
    public static string Result(string name) => Path.Combine(AppContext.BaseDirectory, name);

    /// <summary>A path as one would type it here.</summary>
    public static string Relative(string path) => Path.GetRelativePath(Environment.CurrentDirectory, path);
}
