using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Usp.Wire.Messages;

namespace DeviceConsole.Protocols.Usp.Session;

// What the agent tells by itself.
internal sealed partial class AgentSession
{
    // Handled first and acknowledged then: without an acknowledgement the agent tells it again, and nothing is lost. What a session tells that is not
    // the device's any more is not taken, and must be told again in the one that is.
    private async Task NotifyAsync(string id, NotifyRequest notify, ReadOnlyMemory<byte> payload)
    {
        if (!services.Notifications.Contains(session.TenantId, session.DeviceId, id))
        {
            if (!await TakeAsync(notify.Notification, CancellationToken.None).ConfigureAwait(false)) return;
            services.Notifications.Add(session.TenantId, session.DeviceId, id);
        }
        var trace = new List<TraceEntry> { UspTrace.Message(services.Time.GetUtcNow(), TraceDirection.In, payload.Span) };
        if (notify.SendResponse)
            await SendAsync(new UspMessage(id, new NotifyResponse { SubscriptionId = notify.SubscriptionId }), trace, CancellationToken.None).ConfigureAwait(false);
        await gateway.TraceAsync(session, trace, CancellationToken.None).ConfigureAwait(false);
    }

    private Task<bool> TakeAsync(Notification notification, CancellationToken cancellationToken) => notification switch
    {
        UspEvent e => TakeAsync(e, cancellationToken),
        ValueChange change => gateway.StoreValuesAsync(session, [UspValues.Of(change.Path, change.Value, model)], cancellationToken),
        ObjectCreation creation => TakeAsync(creation, cancellationToken),
        ObjectDeletion deletion => gateway.ForgetValuesAsync(session, [Ended(deletion.Path)], cancellationToken),
        OperationComplete complete => TakeAsync(complete, cancellationToken),
        OnBoardRequest request => TakeAsync(request, cancellationToken),
        _ => Task.FromResult(true),
    };

    private async Task<bool> TakeAsync(UspEvent e, CancellationToken cancellationToken)
    {
        if (e.Name == "Periodic!") return true;
        var detail = Masked(e.Parameters);
        if (e.Name != "Boot!") return await gateway.RaiseEventAsync(session, "event", $"{Short(e.ObjectPath)}{Short(e.Name)}", detail, cancellationToken).ConfigureAwait(false);
        var cause = e.Parameters.GetValueOrDefault("Cause") is { Length: > 0 } text ? $" ({Short(text)})" : "";
        var updated = e.Parameters.GetValueOrDefault("FirmwareUpdated") is "true" or "True" or "1" ? " Its firmware was updated." : "";
        if (!await gateway.RaiseEventAsync(session, "boot", $"The device has started{cause}.{updated}", detail, cancellationToken).ConfigureAwait(false)) return false;
        await gateway.StoreValuesAsync(session, UspValues.OfParameterMap(e.Parameters.GetValueOrDefault("ParameterMap"), model), cancellationToken).ConfigureAwait(false);
        Plan(token => DescribeAsync(booted: true, token));
        return true;
    }

    private async Task<bool> TakeAsync(ObjectCreation creation, CancellationToken cancellationToken)
    {
        var path = Ended(creation.Path);
        if (!await gateway.StoreValuesAsync(session, [.. creation.UniqueKeys.Select(k => UspValues.Of(path + k.Key, k.Value, model))], cancellationToken).ConfigureAwait(false)) return false;
        Plan(token => ReadAsync(path, token));
        return true;
    }

    private async Task<bool> TakeAsync(OnBoardRequest request, CancellationToken cancellationToken)
    {
        await gateway.DescribeAsync(session, new DeviceFacts { SerialNumber = Given(request.SerialNumber), Model = Given(request.ProductClass) }, cancellationToken).ConfigureAwait(false);
        var taken = await gateway.RaiseEventAsync(session, "onboard", "The device asks to be managed.", Masked(new Dictionary<string, string>
        {
            ["OUI"] = request.Oui, ["ProductClass"] = request.ProductClass, ["SerialNumber"] = request.SerialNumber, ["Versions"] = request.ProtocolVersions,
        }), cancellationToken).ConfigureAwait(false);
        if (taken) Plan(token => DescribeAsync(booted: false, token));
        return taken;
    }

    private static string? Given(string text) => text.Length == 0 ? null : text;

    private static string Ended(string path) => path.EndsWith('.') ? path : path + ".";
}
