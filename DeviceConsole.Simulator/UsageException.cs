namespace DeviceConsole.Simulator;

/// <summary>The command line cannot be understood; the message says why.</summary>
public sealed class UsageException : Exception
{
    /// <summary>No reason given.</summary>
    public UsageException() { }

    /// <summary>With the reason.</summary>
    public UsageException(string message) : base(message) { }

    /// <summary>With the reason and its cause.</summary>
    public UsageException(string message, Exception innerException) : base(message, innerException) { }
}
