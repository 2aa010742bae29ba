using System.Collections.Concurrent;
using System.Globalization;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// What the agent tells by itself.
internal sealed partial class AgentSession
{
    private readonly ConcurrentDictionary<string, TaskCompletionSource<OperationComplete>> operations = new(StringComparer.Ordinal);

    // Handled first and acknowledged then: without an acknowledgement the agent tells it again, and nothing is lost.
    private async Task NotifyAsync(string id, NotifyRequest notify, ReadOnlyMemory<byte> payload)
    {
        if (!services.Notifications.Contains(session.TenantId, session.DeviceId, id))
        {
            await TakeAsync(notify.Notification, CancellationToken.None).ConfigureAwait(false);
            services.Notifications.Add(session.TenantId, session.DeviceId, id);
        }
        var trace = new List<TraceEntry> { UspTrace.Message(services.Time.GetUtcNow(), TraceDirection.In, payload.Span) };
        if (notify.SendResponse)
            await SendAsync(new UspMessage(id, new NotifyResponse { SubscriptionId = notify.SubscriptionId }), trace, CancellationToken.None).ConfigureAwait(false);
        await gateway.TraceAsync(session, trace, CancellationToken.None).ConfigureAwait(false);
    }

    private Task TakeAsync(Notification notification, CancellationToken cancellationToken) => notification switch
    {
        UspEvent e => TakeAsync(e, cancellationToken),
        ValueChange change => gateway.StoreValuesAsync(session, [UspValues.Of(change.Path, change.Value, model)], cancellationToken),
        ObjectCreation creation => TakeAsync(creation, cancellationToken),
        ObjectDeletion deletion => gateway.ForgetValuesAsync(session, [Ended(deletion.Path)], cancellationToken),
        OperationComplete complete => TakeAsync(complete, cancellationToken),
        OnBoardRequest request => TakeAsync(request, cancellationToken),
        _ => Task.CompletedTask,
    };

    private async Task TakeAsync(UspEvent e, CancellationToken cancellationToken)
    {
        if (e.Name == "Periodic!") return;
        var detail = Masked(e.Parameters);
        if (e.Name != "Boot!")
        {
            await gateway.RaiseEventAsync(session, "event", $"{Short(e.ObjectPath)}{Short(e.Name)}", detail, cancellationToken).ConfigureAwait(false);
            return;
        }
        var cause = e.Parameters.GetValueOrDefault("Cause") is { Length: > 0 } text ? $" ({Short(text)})" : "";
        var updated = e.Parameters.GetValueOrDefault("FirmwareUpdated") is "true" or "True" or "1" ? " Its firmware was updated." : "";
        await gateway.RaiseEventAsync(session, "boot", $"The device has started{cause}.{updated}", detail, cancellationToken).ConfigureAwait(false);
        var told = UspValues.OfParameterMap(e.Parameters.GetValueOrDefault("ParameterMap"), model);
        if (told.Count > 0) await gateway.StoreValuesAsync(session, told, cancellationToken).ConfigureAwait(false);
        Plan(DescribeAsync);
    }

    private async Task TakeAsync(ObjectCreation creation, CancellationToken cancellationToken)
    {
        var path = Ended(creation.Path);
        await gateway.StoreValuesAsync(session, [.. creation.UniqueKeys.Select(k => UspValues.Of(path + k.Key, k.Value, model))], cancellationToken).ConfigureAwait(false);
        Plan(token => ReadAsync(path, token));
    }

    private async Task TakeAsync(OnBoardRequest request, CancellationToken cancellationToken)
    {
        await gateway.DescribeAsync(session, new DeviceFacts { SerialNumber = Given(request.SerialNumber), Model = Given(request.ProductClass) }, cancellationToken).ConfigureAwait(false);
        await gateway.RaiseEventAsync(session, "onboard", "The device asks to be managed.", Masked(new Dictionary<string, string>
        {
            ["OUI"] = request.Oui, ["ProductClass"] = request.ProductClass, ["SerialNumber"] = request.SerialNumber, ["Versions"] = request.ProtocolVersions,
        }), cancellationToken).ConfigureAwait(false);
        Plan(DescribeAsync);
    }

    // It can come before the answer to the request that began it, and after the session in which that was.
    private async Task TakeAsync(OperationComplete complete, CancellationToken cancellationToken)
    {
        if (operations.TryRemove(complete.CommandKey, out var waiting))
        {
            waiting.TrySetResult(complete);
            return;
        }
        if (complete.CommandKey.StartsWith(CommandKeyPrefix, StringComparison.Ordinal)
            && await gateway.ResumeAsync(session, complete.CommandKey, cancellationToken).ConfigureAwait(false) is { } work)
        {
            await gateway.CompleteAsync(session, work, Outcome(complete, []), cancellationToken).ConfigureAwait(false);
            return;
        }
        var end = complete.Failure is { } failure ? string.Create(CultureInfo.InvariantCulture, $"failed: {UspFaults.Sentence(failure.Code)}") : "has ended.";
        await gateway.RaiseEventAsync(session, "operation-complete", $"{Short(complete.ObjectPath)}{Short(complete.CommandName)} {end}", Masked(complete.Output?.Values ?? new Dictionary<string, string>()), cancellationToken).ConfigureAwait(false);
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static string Ended(string path) => path.EndsWith('.') ? path : path + ".";
}
