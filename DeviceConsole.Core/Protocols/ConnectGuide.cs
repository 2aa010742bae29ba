namespace DeviceConsole.Core.Protocols;

/// <summary>A protocol that can say what to enter on a device so that it reaches this product.</summary>
public interface IConnectable
{
    /// <summary>What to copy, for the page "Connect a device".</summary>
    ConnectGuide Connect(ConnectContext context);
}

/// <summary>What the guide is made of.</summary>
/// <param name="TenantSlug">The operator's tenant.</param>
/// <param name="DeviceAddress">The devices' listener as seen from outside, without a path: <c>http://acs.example.net:8081</c>.</param>
public sealed record ConnectContext(string TenantSlug, Uri DeviceAddress)
{
    /// <summary>The tenant lets new devices of this protocol enrol.</summary>
    public bool Enrols { get; init; }

    /// <summary>The user's name of the enrolment credential; null where any will do.</summary>
    public string? UserName { get; init; }
}

/// <summary>What to enter on a device.</summary>
/// <param name="Lines">Ready to copy.</param>
/// <param name="Hint">One or two sentences: where on the device these go and what happens then.</param>
public sealed record ConnectGuide(IReadOnlyList<ConnectLine> Lines, string Hint);

/// <summary>One thing to copy.</summary>
public sealed record ConnectLine(string Label, string Value);
