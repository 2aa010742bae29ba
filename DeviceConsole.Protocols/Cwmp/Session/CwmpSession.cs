using System.Net;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>A device's session on this node, from its Inform to the empty answer.</summary>
internal sealed class CwmpSession : IDisposable
{
    /// <summary>One request of the device at a time, on whatever connection it comes.</summary>
    public SemaphoreSlim Gate { get; } = new(1, 1);

    /// <summary>The cookie's value.</summary>
    public required string Cookie { get; init; }

    /// <summary>The engine's session; null for a device that waits for approval and is only talked to.</summary>
    public required DeviceSession? Device { get; init; }

    /// <summary>Who it is.</summary>
    public required string Identity { get; init; }

    /// <summary>Where its Inform came from; requests from elsewhere are not its own.</summary>
    public required IPAddress? Remote { get; init; }

    /// <summary>The user that its Inform named, or null.</summary>
    public required string? User { get; init; }

    /// <summary>The fingerprint of the certificate that the device showed with its Inform, or null.</summary>
    public string? Certificate { get; init; }

    /// <summary>The Inform's envelope: answers and requests look like it.</summary>
    public required CwmpEnvelope Inform { get; init; }

    /// <summary>The device's root object with its dot, where it is known.</summary>
    public required string? Root { get; init; }

    /// <summary>True where instances may be named by their aliases.</summary>
    public bool AliasBased { get; set; }

    /// <summary>How the device's model wants to be talked to; null until the first job needs it.</summary>
    public CwmpQuirks? Quirks { get; set; }

    /// <summary>How long the device may take for its next request.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>Messages that belong to no job, redacted.</summary>
    public List<TraceEntry> Trace { get; } = [];

    /// <summary>The job that the device works on, or null.</summary>
    public SessionJob? Job { get; set; }

    /// <summary>The request that the device has not answered yet, or null.</summary>
    public PendingRequest? Pending { get; set; }

    /// <summary>The ID of the request that was answered last, and what it was answered with: a device that lost the answer sends the same again.</summary>
    public (string Id, CwmpAnswer Answer)? LastAnswered { get; set; }

    /// <summary>True once it is over.</summary>
    public bool IsOver { get; set; }

    /// <summary>The next request's number, for its ID.</summary>
    public int Requests { get; set; }

    /// <summary>Ends it when the device falls silent.</summary>
    public ITimer? Silence { get; set; }

    /// <summary>Ends it when the engine does.</summary>
    public CancellationTokenRegistration Ended { get; set; }

    /// <inheritdoc />
    public void Dispose()
    {
        Silence?.Dispose();
        Ended.Dispose();
    }
}

/// <summary>A request on its way.</summary>
/// <param name="Id">Its header's ID.</param>
/// <param name="Message">The request.</param>
/// <param name="Answer">What was sent.</param>
internal sealed record PendingRequest(string Id, CwmpMessage Message, CwmpAnswer Answer)
{
    /// <summary>How often it was sent again, because the device asked for work instead of answering.</summary>
    public int Repeats { get; init; }
}
