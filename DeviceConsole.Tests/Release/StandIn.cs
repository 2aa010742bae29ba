namespace DeviceConsole.Tests.Release;

/// <summary>Programs that this machine lacks (a container engine, a cluster): small scripts of the same name that write down how they were called.</summary>
internal sealed class StandIn
{
    private readonly string folder;

    /// <summary>In a folder of their own, which comes first in <see cref="Path"/>.</summary>
    public StandIn(string folder)
    {
        this.folder = Directory.CreateDirectory(folder).FullName;
        Path = $"{this.folder}:{Environment.GetEnvironmentVariable("PATH")}";
    }

    /// <summary>PATH with them in front.</summary>
    public string Path { get; }

    /// <summary>Makes one. <paramref name="body"/> is what it does after it wrote down its arguments; <c>$state</c> is a folder of its own.</summary>
    public StandIn Add(string name, string body)
    {
        var file = System.IO.Path.Combine(folder, name);
        var state = Directory.CreateDirectory(System.IO.Path.Combine(folder, name + ".state")).FullName;
        File.WriteAllText(file, $"#!/usr/bin/env bash\nstate='{state}'\nprintf '%s\\n' \"$*\" >>\"$state/calls\"\n{body}\n");
        if (!OperatingSystem.IsWindows()) File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return this;
    }

    /// <summary>How one was called, a line each.</summary>
    public IReadOnlyList<string> Calls(string name) => File.Exists(State(name, "calls")) ? File.ReadAllLines(State(name, "calls")) : [];

    /// <summary>A file that one has left.</summary>
    public string State(string name, string file) => System.IO.Path.Combine(folder, name + ".state", file);
}
