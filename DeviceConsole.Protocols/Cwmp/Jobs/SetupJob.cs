using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;
using DeviceConsole.Protocols.Shared;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>Gives the device credentials of its own: for its calls, for connection requests, and for XMPP.</summary>
internal static class SetupJob
{
    /// <summary>The arguments' names.</summary>
    public const string Password = "password", Xmpp = "xmpp";

    // Where the device has no name for this console yet.
    private const string RequestUser = "acs";

    /// <summary>Does what was asked, one after the other.</summary>
    public static async Task<JobEnd> RunAsync(JobContext context)
    {
        var setup = context.Setup!;
        if (await setup.ReadAsync() is not { } secrets) return SetupFaults.OfTemplate();
        var (password, xmpp) = (context.Arguments.IsOn(Password), context.Arguments.IsOn(Xmpp));
        var done = new List<string>();
        // XMPP requests carry the credentials of connection requests.
        if (password || xmpp && string.IsNullOrEmpty(secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestPassword)))
        {
            if (await PasswordAsync(context, setup, secrets) is { } fault) return fault;
            done.Add("The device has a password of its own for its calls and one for connection requests");
        }
        if (!xmpp) return ProtocolOutcome.Success([], string.Join("; ", done));
        var (failed, jid, values) = await XmppSetup.RunAsync(context, setup);
        if (failed is not null) return ProtocolOutcome.Failure(failed);
        done.Add($"{(done.Count == 0 ? "The device" : "it")} is asked over XMPP from now on, as {jid}");
        return ProtocolOutcome.Success(values, string.Join("; ", done));
    }

    // Kept before it is sent: whatever becomes of the answer, the device comes in with the one or the other.
    private static async Task<ProtocolFault?> PasswordAsync(JobContext context, JobSetup setup, IReadOnlyDictionary<string, string> secrets)
    {
        var next = OwnCredentials.NextPair(secrets) ?? new OwnPair(OwnCredentials.Create(), secrets.GetValueOrDefault(CwmpModuleDescriptor.RequestUserName) is { Length: > 0 } user ? user : RequestUser, OwnCredentials.Create());
        if (!await setup.ChangeAsync(new Dictionary<string, string?> { [OwnCredentials.Next] = next.Write() })) return SetupFaults.OfTemplate();
        var server = (context.Root ?? "Device.") + "ManagementServer.";
        var result = await context.Rpc.CallAsync<SetParameterValuesResponse>(new SetParameterValues(
        [
            new ParameterValueStruct(server + "Password", next.Password, "string"),
            new ParameterValueStruct(server + "ConnectionRequestUsername", next.RequestUser, "string"),
            new ParameterValueStruct(server + "ConnectionRequestPassword", next.RequestPassword, "string"),
        ], ""));
        if (result.Fault is { } fault)
        {
            // All or none (A.3.2.1): what was refused is not on the device. Without an answer nobody knows.
            if (result.WasRefused) await setup.ChangeAsync(new Dictionary<string, string?> { [OwnCredentials.Next] = null });
            return fault;
        }
        await setup.ChangeAsync(OwnCredentials.Confirm(secrets, next, context.Time.GetUtcNow()));
        return null;
    }
}
