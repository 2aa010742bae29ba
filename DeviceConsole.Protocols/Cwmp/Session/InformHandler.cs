using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Jobs;
using DeviceConsole.Protocols.Cwmp.Wire;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Protocols.Cwmp.Session;

/// <summary>The beginning of a session: who calls, may it come in, and what it tells (TR-069 §3.7.1).</summary>
internal sealed class InformHandler(
    IDeviceGateway gateway, CwmpAuthenticator authenticator, CwmpSessions sessions, FirmwareCheck firmware, SessionEnder ender, Provisioning provisioning, CwmpOptions options, TimeProvider time)
{
    internal const string ForeignNonce = "It answers with a Digest nonce that it was not given: it does not read the challenge, or keeps only a part of it. Create the device with the setting Authentication at Basic or None, over https or in a network of your own.";

    /// <summary>Answers an Inform, whatever cookie it carries: a new Inform is a new session, and ends the one before.</summary>
    public async Task<CwmpAnswer> HandleAsync(HttpCall call, CwmpEnvelope envelope, Inform inform, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var facts = new InformFacts(inform);
        var (identity, error) = CwmpIdentity.Of(inform.DeviceId);
        var device = new DeviceCall(CwmpModuleDescriptor.Id, call.TenantSlug, identity ?? Unnamed(inform.DeviceId))
        {
            Variant = CwmpIdentity.VariantOf(inform.DeviceId), Remote = call.Remote, Transport = call.Transport, UserName = call.Credentials.User, Certificate = call.Certificate, Facts = facts.Facts, Reported = facts.Values, IsRoutine = InformEvents.AreRoutine(inform),
        };
        if (error is not null)
        {
            await gateway.NoteRefusalAsync(device, error, cancellationToken);
            return CwmpAnswer.Soap(envelope, new CwmpFault(8003, "Invalid arguments: " + error, []));
        }
        call.Connection.Called(identity!);
        var proof = authenticator.Begin(HttpMethods.Post, call.Credentials, body);
        var verdict = await gateway.AuthenticateAsync(device, proof.Verify, cancellationToken);
        if (verdict.Outcome == CallOutcome.Challenge && proof.HasForeignNonce) await gateway.NoteRefusalAsync(device, ForeignNonce, cancellationToken);
        return verdict switch
        {
            { Outcome: CallOutcome.Accepted, Target: { } target } => await OpenAsync(call, device, target, proof, envelope, inform, facts, body, cancellationToken),
            { Outcome: CallOutcome.Pending } => Wait(call, device, envelope),
            _ => CwmpAnswer.Of(StatusCodes.Status401Unauthorized) with { Challenge = authenticator.Challenge(proof) },
        };
    }

    private async Task<CwmpAnswer> OpenAsync(
        HttpCall call, DeviceCall device, ProtocolTarget target, CallProof proof, CwmpEnvelope envelope, Inform inform, InformFacts facts, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        var displaces = await LoseOlderAsync(target);
        var learnt = facts.Learnt(target.Settings, call.Remote);
        var engine = await gateway.OpenSessionAsync(target, device with
        {
            Displaces = displaces,
            Reported = await CanonicalAsync(target, device.Reported, cancellationToken),
            Learnt = learnt,
            Describes = facts.IsBoot || learnt is not null,
            Events = InformEvents.Of(inform),
        }, cancellationToken);
        var session = Create(call, device, engine, envelope, target, facts);
        session.Trace.Add(new TraceEntry(time.GetUtcNow(), TraceDirection.In, "Inform " + string.Join(", ", inform.Events.Take(8).Select(e => e.EventCode)), SoapRedactor.Later(body)));
        await ReportAsync(engine, inform, facts, cancellationToken);
        await provisioning.CalledAsync(engine, target, proof, inform, facts.Root, cancellationToken);
        await provisioning.CountedAsync(engine, facts, cancellationToken);
        return Begin(call, session, envelope);
    }

    // Instances are kept under their numbers. What is told of one by an alias that nobody has read yet is not kept: a later reading brings it.
    private async Task<IReadOnlyList<ParameterValue>> CanonicalAsync(ProtocolTarget target, IReadOnlyList<ParameterValue> reported, CancellationToken cancellationToken)
    {
        if (!reported.Any(v => InstancePath.HasAlias(v.Path))) return reported;
        var tables = new Dictionary<string, IReadOnlyList<ParameterValue>>(StringComparer.Ordinal);
        var values = new List<ParameterValue>(reported.Count);
        foreach (var value in reported)
        {
            var path = await InstancePath.ResolveAsync(value.Path, async (table, alias) =>
            {
                if (!tables.TryGetValue(table, out var stored)) tables[table] = stored = await gateway.StoredAsync(target, table, "." + InstancePath.Parameter, cancellationToken);
                return stored.FirstOrDefault(v => v.Value == alias && v.Path.AsSpan(table.Length).Count('.') == 1)?.Path[..^InstancePath.Parameter.Length];
            });
            if (path is not null) values.Add(value with { Path = path });
        }
        return values;
    }

    // Its job failed with what came before, and was not merely interrupted: a device that starts anew at every read must not be asked for ever.
    private async Task<bool> LoseOlderAsync(ProtocolTarget target)
    {
        if (sessions.Of(target) is not { } older) return false;
        await older.Gate.WaitAsync();
        try
        {
            await ender.LoseAsync(older, "The device began a new session in the middle of this one.");
        }
        finally
        {
            older.Gate.Release();
        }
        return true;
    }

    // Work that waits for what the Inform reports.
    private async Task ReportAsync(DeviceSession engine, Inform inform, InformFacts facts, CancellationToken cancellationToken)
    {
        if (inform.Events.Any(e => e.Code == "6")) await gateway.NoteAnsweredAsync(engine, cancellationToken);
        if (!engine.HasParked) return;
        await InformEvents.ConfirmAsync(gateway, engine, inform, cancellationToken);
        if (inform.Events.Any(e => e.Code == "8")) await DiagnosticJobs.ReportedAsync(gateway, engine, time.GetUtcNow(), cancellationToken);
        if (facts.IsBoot) await firmware.StartedAsync(engine, facts, cancellationToken);
    }

    private CwmpSession Create(HttpCall call, DeviceCall device, DeviceSession? engine, CwmpEnvelope envelope, ProtocolTarget? target, InformFacts? facts)
    {
        var seconds = target?.Settings.Number(CwmpModuleDescriptor.SessionTimeout) ?? (envelope.SessionTimeout is > 0 and <= 300 and { } wished ? wished : (long)options.SessionTimeout.TotalSeconds);
        return new CwmpSession
        {
            Cookie = SessionCookie.Create(), Device = engine, Identity = device.Identity, Remote = call.Remote, User = call.Credentials.User, Certificate = call.Certificate?.Fingerprint, Inform = envelope,
            Root = facts?.Root ?? target?.Settings.Text(CwmpModuleDescriptor.Root), AliasBased = facts?.AliasBased ?? target?.Settings.IsOn(CwmpModuleDescriptor.AliasBased) ?? false, Timeout = TimeSpan.FromSeconds(seconds),
        };
    }

    // It is answered in a friendly way, and has nothing to do until somebody decides.
    private CwmpAnswer Wait(HttpCall call, DeviceCall device, CwmpEnvelope envelope) => Begin(call, Create(call, device, null, envelope, null, null), envelope);

    private CwmpAnswer Begin(HttpCall call, CwmpSession session, CwmpEnvelope envelope)
    {
        var answer = CwmpAnswer.Soap(envelope, new InformResponse(1)) with { Cookie = session.Cookie };
        session.Trace.Add(new TraceEntry(time.GetUtcNow(), TraceDirection.Out, "InformResponse", SoapRedactor.Later(answer.Body)));
        sessions.Add(session);
        call.Connection.Began(session.Cookie);
        if (session.Device is { } engine) session.Ended = engine.Ended.Register(() => _ = EndedAsync(session));
        ender.Await(session);
        return answer;
    }

    private async Task EndedAsync(CwmpSession session)
    {
        await session.Gate.WaitAsync();
        try
        {
            await ender.LoseAsync(session, "The session was taken over, or the device's right to be here ended.");
        }
        finally
        {
            session.Gate.Release();
        }
    }

    private static string Unnamed(DeviceIdStruct id)
    {
        var text = $"{id.Oui}-{id.ProductClass}-{id.SerialNumber}";
        return text.Length <= 255 ? text : text[..255];
    }
}
