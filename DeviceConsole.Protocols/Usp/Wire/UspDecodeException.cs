namespace DeviceConsole.Protocols.Usp.Wire;

/// <summary>The bytes are no USP Record or Message (TR-369, protocol buffers version 3): the only exception of this folder's decoders.</summary>
public sealed class UspDecodeException : Exception
{
    /// <summary>No reason given.</summary>
    public UspDecodeException() { }

    /// <summary>With the reason.</summary>
    public UspDecodeException(string message) : base(message) { }

    /// <summary>With the reason and its cause.</summary>
    public UspDecodeException(string message, Exception innerException) : base(message, innerException) { }
}
