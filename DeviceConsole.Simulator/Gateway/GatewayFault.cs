namespace DeviceConsole.Simulator.Gateway;

/// <summary>Why the gateway refused a change.</summary>
public enum GatewayFaultKind
{
    /// <summary>No such object or parameter.</summary>
    UnknownPath,

    /// <summary>It exists, but cannot be changed.</summary>
    ReadOnly,

    /// <summary>The text is no value of the parameter's type.</summary>
    WrongType,

    /// <summary>The type is right, but range, size or enumeration do not allow the value.</summary>
    WrongValue,

    /// <summary>A table is full.</summary>
    Resources,
}

/// <summary>One refusal: the kind, the path that it is about, and a sentence.</summary>
public sealed record GatewayFault(GatewayFaultKind Kind, string Path, string Text);
