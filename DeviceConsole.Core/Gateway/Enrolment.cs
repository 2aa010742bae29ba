using System.Net;
using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Gateway;

/// <summary>What happens to a device that the tenant does not know, when it shows the enrolment credential.</summary>
public enum EnrolmentPolicy
{
    /// <summary>It is refused.</summary>
    Block,

    /// <summary>It waits under Pending until somebody decides.</summary>
    Approve,

    /// <summary>It is taken in at once.</summary>
    Automatic,
}

/// <summary>The policies' names in the database, the API and addresses: lower case.</summary>
public static class EnrolmentPolicies
{
    private static readonly string[] Names = ["block", "approve", "automatic"];

    /// <summary>The policy's name.</summary>
    public static string Text(this EnrolmentPolicy policy) => Names[(int)policy];

    /// <summary>The policy of that name, or null.</summary>
    public static EnrolmentPolicy? Parse(string? text) => Array.IndexOf(Names, text) is >= 0 and var i ? (EnrolmentPolicy)i : null;
}

/// <summary>How a tenant takes in unknown devices of one protocol. Secrets are write-only.</summary>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Policy">What happens.</param>
/// <param name="Settings">The endpoint settings of a device that is taken in.</param>
/// <param name="SecretsSet">Which credentials are set.</param>
/// <param name="UserName">The user's name that a new device shows; null where any will do, or where the protocol has none.</param>
public sealed record EnrolmentView(string Protocol, EnrolmentPolicy Policy, JsonObject Settings, IReadOnlyList<string> SecretsSet, string? UserName);

/// <summary>The same as entered. A credential that is absent keeps what is stored; an empty one removes it.</summary>
public sealed record EnrolmentInput(EnrolmentPolicy Policy, JsonObject Settings, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"enrolment, {Policy}";
}

/// <summary>The enrolment as the gateway uses it.</summary>
internal sealed record Enrolment(EnrolmentPolicy Policy, JsonObject Settings, IReadOnlyDictionary<string, string> Secrets, NetworkPolicy Network);

/// <summary>A device that showed the enrolment credential and waits for a decision.</summary>
public sealed record PendingDevice(
    string Protocol, string Identity, bool Blocked, string? Remote, string Transport, DeviceFacts Facts, int Calls, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>A call that was not let in; the same caller with the same reason is one row with a count.</summary>
public sealed record CallAttempt(string Protocol, string Identity, string? Remote, string Transport, bool Pending, string Reason, int Calls, DateTimeOffset FirstAt, DateTimeOffset LastAt);

/// <summary>An attempt on its way into the table.</summary>
internal sealed record AttemptNote(Guid Tenant, string Protocol, string Identity, IPAddress? Remote, string Transport, bool Pending, string Reason);
