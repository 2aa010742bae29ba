namespace DeviceConsole.Tests.Peers;

/// <summary>The folder that holds the solution: tests read sources and files of deploy/ from it.</summary>
public static class Repository
{
    /// <summary>Its full path.</summary>
    public static string Root { get; } = Find();

    private static string Find()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "DeviceConsole.sln"))) folder = Path.GetDirectoryName(folder)!;
        return folder;
    }
}
