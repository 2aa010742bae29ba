namespace DeviceConsole.Benchmarks;

/// <summary>Where things that a benchmark makes may lie.</summary>
internal static class RepositoryPaths
{
    /// <summary>A folder under the repository's artifacts folder, which git ignores; made where it is missing.</summary>
    public static string Artifacts(params ReadOnlySpan<string> parts)
    {
        var root = new DirectoryInfo(AppContext.BaseDirectory);
        while (root is not null && !File.Exists(Path.Combine(root.FullName, "DeviceConsole.sln"))) root = root.Parent;
        var path = Path.Combine([root?.FullName ?? Directory.GetCurrentDirectory(), "artifacts", .. parts]);
        Directory.CreateDirectory(path);
        return path;
    }
}
