using DeviceConsole.Core.Data;
using Npgsql;
using System.Globalization;
using System.Runtime.InteropServices;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>
/// <c>worker CONNECTION SLOTS RUN_MS LEASE_MS ANSWER [TENANT]</c>: a node in a process of its own, whose device takes RUN_MS and answers ANSWER.
/// With TENANT it enqueues jobs for that tenant's devices as well, a few at a time, and prints the id of each that was acknowledged.
/// Ends with SIGTERM, or when its standard input closes, that is with the tests.
/// </summary>
internal static class WorkerMain
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["worker", var connection, var slots, var run, var lease, var answer, .. var more]) return 2;
        var protocol = new ScriptedProtocol
        {
            Execute = async (_, _, _, token) =>
            {
                await Task.Delay(Number(run), token);
                return ScriptedProtocol.Answer("a.b", answer);
            },
        };
        using var end = new CancellationTokenSource();
        using var signal = PosixSignalRegistration.Create(PosixSignal.SIGTERM, c =>
        {
            c.Cancel = true;
            end.Cancel();
        });
        var node = await JobNode.StartAsync(connection, [protocol], o =>
        {
            o.Slots = Number(slots);
            o.Lease = TimeSpan.FromMilliseconds(Number(lease));
            o.Heartbeat = o.Lease / 4;
            o.ShutdownGrace = TimeSpan.FromSeconds(1);
        });
        await using (node)
        {
            Console.WriteLine("ready");
            if (more is [var tenant]) _ = EnqueueAsync(node, connection, Guid.Parse(tenant), end.Token);
            // Reading the console blocks, whatever its name says.
            await Task.WhenAny(Task.Run(Console.In.ReadToEnd), Task.Delay(Timeout.Infinite, end.Token));
        }
        return 0;
    }

    private static async Task EnqueueAsync(JobNode node, string connection, Guid tenant, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var batch = new TenantBatch(source, tenant);
        batch.Add("SELECT id FROM devices WHERE tenant_id = $1", Sql.Uuid(tenant));
        var devices = (await batch.ListAsync(r => r.GetGuid(0), cancellationToken)).ToArray();
        while (!cancellationToken.IsCancellationRequested)
        {
            var requests = Random.Shared.GetItems(devices, 6).Distinct().Select(d => JobWorld.Get(d) with { MaxAttempts = 50 }).ToArray();
            foreach (var id in (await node.Service.EnqueueManyAsync(JobWorld.Admin(tenant), requests, cancellationToken)).Value) Console.WriteLine(id);
            await Task.Delay(30, cancellationToken);
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
