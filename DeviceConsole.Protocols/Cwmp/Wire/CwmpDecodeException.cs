namespace DeviceConsole.Protocols.Cwmp.Wire;

/// <summary>A body that is no CWMP envelope, or one that is not taken: the only exception that reading one throws.</summary>
public sealed class CwmpDecodeException : Exception
{
    /// <summary>Nothing is known.</summary>
    public CwmpDecodeException() : this("This is no CWMP envelope.")
    {
    }

    /// <summary>With a sentence that says what is wrong.</summary>
    public CwmpDecodeException(string message) : base(message)
    {
    }

    /// <summary>With a sentence and its cause.</summary>
    public CwmpDecodeException(string message, Exception inner) : base(message, inner)
    {
    }
}
