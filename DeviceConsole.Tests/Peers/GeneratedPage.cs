using System.Runtime.CompilerServices;

namespace DeviceConsole.Tests.Peers;

/// <summary>A page of docs that is made of the product; with DEVICECONSOLE_WRITE_DOCS=1 the test run writes it.</summary>
public static class GeneratedPage
{
    private const string Line = "<!-- What follows is made of the product: it is not edited by hand. -->";

    /// <summary>Compares the page in the repository with what it has to be.</summary>
    public static void Check(string path, string expected, [CallerFilePath] string test = "")
    {
        var file = Path.Combine(Repository.Root, path);
        if (Environment.GetEnvironmentVariable("DEVICECONSOLE_WRITE_DOCS") == "1") File.WriteAllText(file, expected);
        var there = File.Exists(file) ? File.ReadAllText(file) : "";
        var at = there.Zip(expected).TakeWhile(p => p.First == p.Second).Count();
        string Around(string text) => text[Math.Min(Math.Max(at - 60, 0), text.Length)..Math.Min(at + 60, text.Length)];
        (there == expected).Should().BeTrue($"{path} is made of the product, and one of them has changed. Write it anew with:  DEVICECONSOLE_WRITE_DOCS=1 ./test {Path.GetFileNameWithoutExtension(test)}\n"
            + $"The page has   …{Around(there)}…\nit has to have …{Around(expected)}…\n");
    }

    /// <summary>The same of a page that people have begun: what stands above the line is theirs.</summary>
    public static void CheckBelow(string path, string expected, [CallerFilePath] string test = "")
    {
        var file = Path.Combine(Repository.Root, path);
        var own = File.ReadAllText(file).Split(Line)[0].TrimEnd();
        Check(path, $"{own}\n\n{Line}\n\n{expected.TrimEnd()}\n", test);
    }
}
