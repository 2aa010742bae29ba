using System.Globalization;
using System.Runtime.InteropServices;

namespace DeviceConsole.Tests.Jobs.Faults;

/// <summary>
/// <c>worker CONNECTION SLOTS RUN_MS LEASE_MS ANSWER</c>: a node in a process of its own, whose device takes RUN_MS and answers ANSWER.
/// Ends with SIGTERM, or when its standard input closes, that is with the tests.
/// </summary>
internal static class WorkerMain
{
    public static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["worker", var connection, var slots, var run, var lease, var answer]) return 2;
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
            // Reading the console blocks, whatever its name says.
            await Task.WhenAny(Task.Run(Console.In.ReadToEnd), Task.Delay(Timeout.Infinite, end.Token));
        }
        return 0;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
