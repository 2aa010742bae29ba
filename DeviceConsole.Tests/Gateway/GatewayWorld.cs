using System.Text.Json.Nodes;
using DeviceConsole.Core;
using DeviceConsole.Core.Gateway;
using DeviceConsole.Core.Jobs;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Core.Tenancy;
using DeviceConsole.Tests.Jobs;

namespace DeviceConsole.Tests.Gateway;

/// <summary>One node, and tenants whose devices the tests play.</summary>
internal sealed class GatewayWorld : IAsyncDisposable
{
    private GatewayWorld(JobWorld jobs, JobNode node) => (Jobs, Node) = (jobs, node);

    public JobWorld Jobs { get; }

    public JobNode Node { get; }

    public IDeviceGateway Gateway => Node.Gateway;

    public static async Task<GatewayWorld> CreateAsync()
    {
        var jobs = await JobWorld.CreateAsync();
        return new GatewayWorld(jobs, await JobNode.StartAsync(jobs));
    }

    public static DeviceCall Call(string? slug, string identity, string? user = null) => new(CallInProtocol.Id, slug, identity)
    {
        Transport = "test", Remote = System.Net.IPAddress.Parse("192.0.2.7"), UserName = user,
        Facts = new DeviceFacts { Manufacturer = "Acme", Model = "Box 1", SerialNumber = $"SN-{identity}" },
    };

    /// <summary>Compares the field <c>password</c>, as a protocol would.</summary>
    public static Func<CallCredentials, CredentialCheck> Password(string? shown) => known =>
        shown is null ? CredentialCheck.Missing : known.Secrets.GetValueOrDefault("password") == shown ? CredentialCheck.Proved : CredentialCheck.Wrong;

    public Task<Result<Done>> EnrolAsync(Guid tenant, EnrolmentPolicy policy, string password) => Node.Enrolments.SaveAsync(JobWorld.Admin(tenant), CallInProtocol.Id,
        new EnrolmentInput(policy, new JsonObject(), new Dictionary<string, string> { ["password"] = password }), default);

    /// <summary>A session of an existing device.</summary>
    public async Task<DeviceSession> OpenAsync(string slug, Guid device)
    {
        var call = Call(slug, device.ToString());
        var verdict = await Gateway.AuthenticateAsync(call, _ => CredentialCheck.Proved, default);
        return await Gateway.OpenSessionAsync(verdict.Target!, call, default);
    }

    public Task<JobView> EnqueueAsync(Guid tenant, Guid device) => Jobs.EnqueueAsync(tenant, new JobRequest(device, CallInProtocol.Id, "get", ScriptedProtocol.Path()));

    public async ValueTask DisposeAsync()
    {
        await Node.DisposeAsync();
        await Jobs.DisposeAsync();
    }
}
