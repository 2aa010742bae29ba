using System.Reflection;

namespace DeviceConsole.Web.Diagnostics;

/// <summary>Which build this is.</summary>
public static class BuildInfo
{
    private static readonly string[] Parts =
        (typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0").Split('+', 2);

    /// <summary>For example 0.1.0.</summary>
    public static string Version => Parts[0];

    /// <summary>The source's revision; empty where the build did not know it.</summary>
    public static string Revision => Parts.Length > 1 ? Parts[1] : "";
}
