namespace DeviceConsole.Tests.Peers;

/// <summary>A page of docs that is made of the product; with DEVICECONSOLE_WRITE_DOCS=1 the test run writes it.</summary>
public static class GeneratedPage
{
    /// <summary>Compares the page in the repository with what it has to be.</summary>
    public static void Check(string path, string expected)
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("DEVICECONSOLE_WRITE_DOCS") == "1") File.WriteAllText(file, expected);
        (File.Exists(file) ? File.ReadAllText(file) : "").Should().Be(expected, $"{path} is made of the product; DEVICECONSOLE_WRITE_DOCS=1 ./test {Path.GetFileNameWithoutExtension(path)} writes it");
    }
}
