using System.Net;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>A session that began and ended without anything of it being in the database: its one row.</summary>
/// <param name="Ending">How it ended.</param>
/// <param name="ClosedAt">When.</param>
/// <param name="Transport">How the device came.</param>
/// <param name="Remote">Where it came from.</param>
internal sealed record QuietSession(SessionEnding Ending, DateTimeOffset ClosedAt, string Transport, IPAddress? Remote)
{
    /// <summary>The session.</summary>
    public DeviceSession Session => Ending.Session;
}
