using System.Text.Json.Nodes;
using DeviceConsole.Core.Devices;
using DeviceConsole.Core.Data;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Secrets;
using DeviceConsole.Core.Tenancy;
using Microsoft.Extensions.Logging;

namespace DeviceConsole.Core.Gateway;

/// <summary>Who calls, and may it come in.</summary>
internal sealed partial class CallDesk(
    DataSources dataSources, TenantDirectory tenants, DeviceSecrets secrets, EnrolmentStore enrolments, DeviceIntake intake, ProtocolCatalog catalog, KnownDevices known, CallLog log, CollisionStore collisions, TimeProvider time, ILogger<CallDesk> logger)
{
    private static readonly CallVerdict Refused = new(CallOutcome.Refused, null);
    private static readonly CallVerdict Challenge = new(CallOutcome.Challenge, null);
    private static readonly CallVerdict Pending = new(CallOutcome.Pending, null);

    // After a power cut thousands of devices call that nobody remembers: those that do at the same time are read together.
    private readonly SharedLine<(Guid Tenant, string Protocol), string, IReadOnlyList<SealedEndpoint>> endpoints =
        new(100, time, (key, identities) => secrets.LoadOfIdentitiesAsync(key.Tenant, key.Protocol, identities)) { Groups = 4 };

    private static CallCredentials Nothing => new([], new Dictionary<string, string>());

    public async Task<CallVerdict> AuthenticateAsync(DeviceCall call, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken)
    {
        if (FaultJson.Storable(call.Identity) != call.Identity || call.Identity.Length is 0 or > 255) return Refuse(verify, call, null, "The identity is empty, too long or holds characters that cannot be stored.");
        Guid? tenant = null;
        if (call.TenantSlug is { } slug)
        {
            var handle = await tenants.FindBySlugAsync(slug, cancellationToken);
            if (handle is null) return Refuse(verify, call, Tenant.Platform, $"There is no tenant \"{Short(slug)}\"; correct the address on the device.");
            if (!handle.IsActive) return Refuse(verify, call, handle.Id, "The tenant is suspended.");
            tenant = handle.Id;
        }
        else if (call.Certificate?.TenantId is { } own)
        {
            // On a shared listener the certificate's authority tells the tenant.
            if (await tenants.GetAsync(own, cancellationToken) is not { IsActive: true }) return Refuse(verify, call, own, "The tenant is suspended.");
            tenant = own;
        }
        if (tenant is { } address && Remembered(address, call, verify) is { } verdict && !await collisions.IsBlockedAsync(address, verdict.Target!.DeviceId, call, cancellationToken)) return verdict;
        var candidates = await CandidatesAsync(tenant, call, cancellationToken);
        if (candidates.Count > 0) return await DecideAsync(call, candidates, verify, cancellationToken);
        return await VariantAsync(tenant, call, verify, cancellationToken) ?? await EnrolAsync(tenant, call, verify, cancellationToken);
    }

    // A device that leaves a part of its identity out now and then is one device. Where it does not prove that it is, it is another one.
    private async Task<CallVerdict?> VariantAsync(Guid? tenant, DeviceCall call, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken)
    {
        if (call.Variant is not { } variant) return null;
        var checks = (await VariantsAsync(tenant, call, variant, cancellationToken)).ConvertAll(t => (Target: t, Check: Check(call, t.TenantId, new CallCredentials(t.Settings, t.Secrets), verify)));
        var proved = checks.FindAll(c => c.Check == CredentialCheck.Proved);
        if (proved.Count == 1) return await DecideAsync(call, [proved[0].Target], verify, cancellationToken);
        return checks.Exists(c => c.Check == CredentialCheck.Missing) ? Challenge : null;
    }

    // On the shared address only what is told whole can be looked for.
    private async Task<List<ProtocolTarget>> VariantsAsync(Guid? tenant, DeviceCall call, IdentityVariant variant, CancellationToken cancellationToken)
    {
        if (tenant is not { } one) return variant.End is null ? await CandidatesAsync(null, call with { Identity = variant.Start }, cancellationToken) : [];
        var stored = await secrets.LoadOfVariantAsync(one, call.Protocol, variant, cancellationToken);
        return stored.Count == 1 ? [Target(one, stored[0].Device, secrets.Open(one, stored[0]))] : [];
    }

    /// <summary>A call that failed before it came to credentials.</summary>
    public async Task NoteAsync(DeviceCall call, string reason, CancellationToken cancellationToken)
    {
        var tenant = call.TenantSlug is { } slug ? (await tenants.FindBySlugAsync(slug, cancellationToken))?.Id : null;
        Note(tenant ?? Tenant.Platform, call, pending: false, reason);
    }

    // Only what proves the device now: a refusal, and a call that tells anything new, is decided by what is stored.
    private CallVerdict? Remembered(Guid tenant, DeviceCall call, Func<CallCredentials, CredentialCheck> verify)
    {
        if (!call.IsRoutine || known.Find(tenant, call.Protocol, call.Identity, call.Reported) is not { } endpoint || secrets.Open(tenant, endpoint).Target is not { } target) return null;
        // From a place where it was not the last time it may be another device.
        if (!collisions.IsLastPlace(target.DeviceId, call)) return null;
        return Check(call, tenant, new CallCredentials(target.Settings, target.Secrets), verify) == CredentialCheck.Proved
            ? new CallVerdict(CallOutcome.Accepted, target with { Remembered = endpoint.ChangedAt }) : null;
    }

    private async Task<CallVerdict> DecideAsync(DeviceCall call, List<ProtocolTarget> candidates, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken)
    {
        var checks = candidates.Select(c => (Target: c, Check: Check(call, c.TenantId, new CallCredentials(c.Settings, c.Secrets), verify))).ToList();
        var proved = checks.Where(c => c.Check == CredentialCheck.Proved).ToList();
        if (proved.Count == 1)
            return await collisions.IsBlockedAsync(proved[0].Target.TenantId, proved[0].Target.DeviceId, call, cancellationToken)
                ? Refuse(proved[0].Target.TenantId, call, "From there it is not let in as this device: somebody blocked it under Identity collisions. Take that back there if it is the right one.")
                : new CallVerdict(CallOutcome.Accepted, proved[0].Target);
        if (checks.Exists(c => c.Check == CredentialCheck.Missing)) return Challenge;
        var reason = proved.Count == 0 && candidates.TrueForAll(c => Match(call, c.TenantId, c.Settings) == CertificateMatch.Other) ? Mismatch(call)
            : proved.Count == 0
            ? "The device is known, but its credentials are wrong. Enter the same ones here and on the device."
            : "More than one tenant has this device with these credentials. Let the device call its tenant's own address, or give it other credentials.";
        foreach (var (target, _) in checks)
        {
            Note(target.TenantId, call, pending: false, reason);
            // With several candidates nobody can say which of them it means.
            if (proved.Count == 0 && checks.Count == 1)
                collisions.Refused(target.TenantId, target.DeviceId, call, Match(call, target.TenantId, target.Settings) == CertificateMatch.Other ? CollisionKind.Certificate : CollisionKind.Credentials);
        }
        return Refused;
    }

    private async Task<CallVerdict> EnrolAsync(Guid? tenant, DeviceCall call, Func<CallCredentials, CredentialCheck> verify, CancellationToken cancellationToken)
    {
        // On a shared listener the user's name is the tenant's short name.
        if (tenant is null && call.UserName is { } user && await tenants.FindBySlugAsync(user, cancellationToken) is { IsActive: true } named) tenant = named.Id;
        var enrolment = tenant is { } known ? await enrolments.FindAsync(known, call.Protocol, cancellationToken) : null;
        if (enrolment is null)
            return Refuse(verify, call, tenant ?? Tenant.Platform, tenant is null
                ? "No tenant has a device of this identity, and the user name is no tenant's short name."
                : "The tenant has no device of this identity, and enrolment is not set up. Create the device, or set up enrolment under Connect a device.");

        if (Match(call, tenant!.Value, enrolment.Settings) == CertificateMatch.Other) return Refuse(tenant.Value, call, Mismatch(call));
        switch (Check(call, tenant.Value, new CallCredentials(enrolment.Settings, enrolment.Secrets), verify))
        {
            case CredentialCheck.Missing:
                return Challenge;
            case CredentialCheck.Wrong:
                Note(tenant!.Value, call, pending: false, "The tenant has no device of this identity, and what it showed is not the enrolment credential.");
                return Refused;
        }
        return enrolment.Policy switch
        {
            EnrolmentPolicy.Automatic when PlaceholderSerial.Is(call.Facts.SerialNumber) => await WaitAsync(tenant!.Value, call,
                $"It calls with the serial number {Short(call.Facts.SerialNumber!)}, which its manufacturer left as a placeholder: other devices may have it too. It waits for approval, whatever the enrolment's policy is.", cancellationToken),
            EnrolmentPolicy.Automatic => await TakeInAsync(tenant!.Value, call, enrolment, cancellationToken),
            EnrolmentPolicy.Approve => await WaitAsync(tenant!.Value, call, "A new device that waits for approval.", cancellationToken),
            _ => Refuse(tenant!.Value, call, "The device is not known here, and new devices are blocked."),
        };
    }

    private async Task<CallVerdict> TakeInAsync(Guid tenant, DeviceCall call, Enrolment enrolment, CancellationToken cancellationToken)
    {
        var taken = await intake.TakeAsync(Caller.System(tenant, "enrolment"), call.Protocol, call.Identity, call.Facts, enrolment, cancellationToken);
        if (!taken.IsSuccess) return Refuse(tenant, call, $"The device enrolled, but could not be created: {taken.Problem!.Message}");
        return await secrets.LoadTargetAsync(tenant, taken.Value, call.Protocol, cancellationToken) is { } target ? new CallVerdict(CallOutcome.Accepted, target) : Refused;
    }

    private async Task<CallVerdict> WaitAsync(Guid tenant, DeviceCall call, string reason, CancellationToken cancellationToken)
    {
        if (await enrolments.PutPendingAsync(tenant, call, cancellationToken)) return Refuse(tenant, call, "The device is blocked, or too many devices wait for approval already.");
        Note(tenant, call, pending: true, reason);
        return Pending;
    }

    private async Task<List<ProtocolTarget>> CandidatesAsync(Guid? tenant, DeviceCall call, CancellationToken cancellationToken)
    {
        // On a tenant's own address the identity finds its endpoint in one round trip.
        if (tenant is { } one)
        {
            var stored = await endpoints.AskAsync((one, call.Protocol), call.Identity, cancellationToken).WaitAsync(cancellationToken);
            if (stored.Count == 1 && call.Reported.Count > 0) known.Remember(one, call.Identity, stored[0]);
            return [.. stored.Select(e => Target(one, e.Device, secrets.Open(one, e)))];
        }
        var found = new List<(Guid Tenant, Guid Device)>();
        await using var command = dataSources.Devices.CreateCommand("SELECT tenant_id, device_id FROM sys.endpoints_of_identity($1, $2)");
        command.Parameters.Add(Sql.Text(call.Protocol));
        command.Parameters.Add(Sql.Text(call.Identity));
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        found.AddRange(await reader.ListAsync(r => (r.GetGuid(0), r.GetGuid(1)), cancellationToken));
        var targets = new List<ProtocolTarget>();
        foreach (var (owner, device) in found)
        {
            try
            {
                if (await secrets.LoadTargetAsync(owner, device, call.Protocol, cancellationToken) is { } target) targets.Add(target);
            }
            catch (SecretUnreadableException e)
            {
                LogUnreadable(device, e.Message);
                targets.Add(new ProtocolTarget(owner, device, [], new Dictionary<string, string>(), NetworkPolicy.PublicOnly));
            }
        }
        return targets;
    }

    private ProtocolTarget Target(Guid tenant, Guid device, TargetLoad load)
    {
        if (load.Target is { } target) return target;
        LogUnreadable(device, load.Problem!);
        return new ProtocolTarget(tenant, device, [], new Dictionary<string, string>(), NetworkPolicy.PublicOnly);
    }

    private CredentialCheck Check(DeviceCall call, Guid tenant, CallCredentials stored, Func<CallCredentials, CredentialCheck> verify) => Match(call, tenant, stored.Settings) switch
    {
        CertificateMatch.Same => CredentialCheck.Proved,
        CertificateMatch.Other => CredentialCheck.Wrong,
        _ => verify(stored),
    };

    // An authority vouches for its own tenant's devices only; elsewhere its certificates say nothing.
    private CertificateMatch Match(DeviceCall call, Guid tenant, JsonObject settings) =>
        call.Certificate is not { } certificate || (certificate.TenantId ?? tenant) != tenant || catalog.Find(call.Protocol) is not ISessionProtocol protocol
            ? CertificateMatch.Silent : protocol.MatchCertificate(certificate, call.Identity, settings);

    private string Mismatch(DeviceCall call)
    {
        LogMismatch(call.Protocol, call.Identity, call.Certificate!.Title, call.Remote);
        return $"The device calls itself {Short(call.Identity)}, but its certificate is that of {Short(call.Certificate.Title)}. Give it a certificate of its own, or enter this one's name in the device's settings.";
    }

    // The comparison is made for nothing, so that an unknown device takes the same time as a wrong credential.
    private CallVerdict Refuse(Func<CallCredentials, CredentialCheck> verify, DeviceCall call, Guid? tenant, string reason)
    {
        if (verify(Nothing) == CredentialCheck.Missing && call.Certificate is null) return Challenge;
        return Refuse(tenant ?? Tenant.Platform, call, reason);
    }

    private CallVerdict Refuse(Guid tenant, DeviceCall call, string reason)
    {
        Note(tenant, call, pending: false, reason);
        return Refused;
    }

    private void Note(Guid tenant, DeviceCall call, bool pending, string reason) =>
        log.Add(new AttemptNote(tenant, call.Protocol, Short(call.Identity), call.Remote, call.Transport, pending, reason));

    private static string Short(string text) => text.Length <= 255 ? text : text[..255];

    [LoggerMessage(2602, LogLevel.Warning, "{Protocol}: a call as {Identity} came with the certificate of {Certificate} from {Remote} and was refused.")]
    private partial void LogMismatch(string protocol, string identity, string certificate, System.Net.IPAddress? remote);

    [LoggerMessage(2601, LogLevel.Error, "Device {Device} called in, but its credentials cannot be read: {Problem}")]
    private partial void LogUnreadable(Guid device, string problem);
}
