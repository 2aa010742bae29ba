namespace DeviceConsole.Protocols.WebPa.Wire;

/// <summary>The bytes are no WRP message, whatever might follow them. The only exception that the decoder throws for input.</summary>
public sealed class WrpDecodeException : Exception
{
    /// <summary>No reason given.</summary>
    public WrpDecodeException() { }

    /// <summary>With the reason, in words for a log.</summary>
    public WrpDecodeException(string message) : base(message) { }

    /// <summary>With the reason and its cause.</summary>
    public WrpDecodeException(string message, Exception innerException) : base(message, innerException) { }
}
