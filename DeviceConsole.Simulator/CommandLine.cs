using System.Globalization;
using System.Net;

namespace DeviceConsole.Simulator;

/// <summary>Options of a sub-command, each <c>--name value</c>; some may come several times.</summary>
public sealed class CommandLine
{
    private readonly List<(string Name, string Value)> options = [];

    /// <summary>Reads the arguments behind the sub-command.</summary>
    /// <exception cref="UsageException">An argument is no option, or has no value.</exception>
    public static CommandLine Parse(ReadOnlySpan<string> arguments)
    {
        var line = new CommandLine();
        for (var i = 0; i < arguments.Length; i += 2)
        {
            if (!arguments[i].StartsWith("--", StringComparison.Ordinal)) throw new UsageException($"\"{arguments[i]}\" is no option.");
            if (i + 1 == arguments.Length) throw new UsageException($"{arguments[i]} needs a value.");
            line.options.Add((arguments[i][2..], arguments[i + 1]));
        }

        return line;
    }

    /// <summary>Throws for an option that is none of <paramref name="known"/>.</summary>
    public void Allow(params ReadOnlySpan<string> known)
    {
        foreach (var (name, _) in options)
            if (!known.Contains(name)) throw new UsageException($"There is no option --{name}.");
    }

    /// <summary>The option's last value, or null.</summary>
    public string? Text(string name) => options.LastOrDefault(o => o.Name == name).Value;

    /// <summary>Every value of the option.</summary>
    public IEnumerable<string> All(string name) => options.Where(o => o.Name == name).Select(o => o.Value);

    /// <summary>A whole number in a range, or <paramref name="fallback"/> where the option is absent.</summary>
    public int Number(string name, int fallback, int minimum, int maximum)
    {
        if (Text(name) is not { } text) return fallback;
        if (!int.TryParse(text, CultureInfo.InvariantCulture, out var value) || value < minimum || value > maximum)
            throw new UsageException($"--{name} needs a whole number from {minimum} to {maximum}.");
        return value;
    }

    /// <summary>An address, or <paramref name="fallback"/>.</summary>
    public IPAddress Address(string name, IPAddress fallback)
    {
        if (Text(name) is not { } text) return fallback;
        return IPAddress.TryParse(text, out var address) ? address : throw new UsageException($"--{name} needs an IP address.");
    }
}
