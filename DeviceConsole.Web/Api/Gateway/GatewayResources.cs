using System.Text.Json.Nodes;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Web.Api.Gateway;

/// <summary>How unknown devices of a protocol are taken in.</summary>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Policy">block, approve or automatic.</param>
/// <param name="Settings">The endpoint settings of a device that is taken in.</param>
/// <param name="SecretsSet">Which credentials are set; they are write-only.</param>
public sealed record EnrolmentResource(string Protocol, string Policy, JsonObject Settings, IReadOnlyList<string> SecretsSet)
{
    /// <summary>Of a view.</summary>
    public static EnrolmentResource Of(EnrolmentView view) => new(view.Protocol, view.Policy.Text(), view.Settings, view.SecretsSet);
}

/// <summary>An enrolment as it is entered. A credential that is absent keeps what is stored; an empty one removes it.</summary>
/// <param name="Policy">block, approve or automatic.</param>
/// <param name="Settings">Values by the ids of the protocol's settings.</param>
/// <param name="Secrets">Values by the ids of the protocol's credentials.</param>
public sealed record EnrolmentBody(string? Policy, JsonObject? Settings, Dictionary<string, string?>? Secrets);

/// <summary>Which waiting device is meant.</summary>
public sealed record PendingBody(string? Protocol, string? Identity);

/// <summary>A device that was taken in.</summary>
public sealed record TakenResource(Guid DeviceId);

/// <summary>One message as people read it.</summary>
/// <param name="At">When.</param>
/// <param name="Direction">in: from the device. out: to the device. note: a remark of the console.</param>
/// <param name="Title">The message in the protocol's words.</param>
/// <param name="Body">Its text, without credentials.</param>
public sealed record TraceMessage(DateTimeOffset At, string Direction, string Title, string Body);

/// <summary>A piece of an exchange.</summary>
public sealed record TraceResource(Guid Id, Guid DeviceId, string Protocol, Guid? JobId, Guid? SessionId, int? Attempt, DateTimeOffset At, IReadOnlyList<TraceMessage> Messages)
{
    /// <summary>Of a view.</summary>
    public static TraceResource Of(TraceView view) => new(view.Id, view.DeviceId, view.Protocol, view.JobId, view.SessionId, view.Attempt, view.At,
        [.. view.Entries.Select(e => new TraceMessage(e.At, e.Direction switch { TraceDirection.In => "in", TraceDirection.Out => "out", _ => "note" }, e.Title, e.Body))]);
}
