using DeviceConsole.Core.Parameters;
using DeviceConsole.Core.Protocols;
using DeviceConsole.Protocols.Cwmp.Wire.Messages;

namespace DeviceConsole.Protocols.Cwmp.Jobs;

/// <summary>
/// Reads many names in batches as large as the device takes: twice as many after a success, half as many where it runs out of resources (9004) or fails
/// inside (9002), as some do on 32 names. Where a name is refused, the batch is split until it stands alone; then it is left out.
/// </summary>
internal sealed class ValueReader(JobContext context)
{
    private const int FirstBatch = 100;
    private const int LargestBatch = 800;
    // After a try that the device did not live through: netcwmp crashes at 72 names and reads 24.
    private const int CarefulBatch = 16;
    // Fewer names are refused for another reason than their number.
    private const int LeastLearnt = 8;

    private readonly List<ParameterValueStruct> read = [];
    private readonly int largest = Math.Min(context.Attempt == 1 ? LargestBatch : CarefulBatch, context.Quirks.Names ?? LargestBatch);
    private int batch = Math.Min(context.Attempt == 1 ? FirstBatch : CarefulBatch, context.Quirks.Names ?? FirstBatch);
    private bool wasTooMuch;
    // The fewest names that were answered with 9002, and the most that were read at once since: it may have been their number.
    private int? failed;
    private int most;

    /// <summary>What came so far.</summary>
    public List<ParameterValue> Read => Values.From(read);

    /// <summary>Names that the device refuses to read, with its reasons.</summary>
    public List<(string Name, ProtocolFault Fault, int Code)> Refused { get; } = [];

    /// <summary>Reads them all; a fault where the device is gone, and what came before is kept.</summary>
    public async Task<ProtocolFault?> ReadAsync(IReadOnlyList<string> names)
    {
        var waiting = new Stack<(int Start, int Count)>();
        for (var start = 0; start < names.Count || waiting.Count > 0;)
        {
            if (context.IsOverdue) return null;
            if (!waiting.TryPop(out var part))
            {
                part = (start, Math.Min(batch, names.Count - start));
                start += part.Count;
            }
            var asked = names.Skip(part.Start).Take(part.Count).ToArray();
            var result = await context.Rpc.CallAsync<GetParameterValuesResponse>(new GetParameterValues(asked));
            if (result.Response is { } response)
            {
                read.AddRange(response.Parameters);
                if (wasTooMuch && part.Count >= LeastLearnt) Learn(part.Count);
                else if (part.Count == batch) batch = Math.Min(batch * 2, Math.Min(largest, (failed ?? int.MaxValue) - 1));
                if (failed is not null) most = Math.Max(most, part.Count);
                continue;
            }
            if (!result.WasRefused) return result.Fault;
            if (Split(part, asked, result.Fault!, result.Code, waiting) is { } fault) return fault;
        }
        // Every name was read, in smaller requests: it was their number, and no single one that it fails at.
        if (most >= LeastLearnt && Refused.TrueForAll(r => r.Code != 9002)) context.Quirks.Learn(CwmpQuirks.MaximumNames, Math.Min(most, context.Quirks.Names ?? most));
        return null;
    }

    /// <summary>
    /// Reads what is below an object by the names that the device lists: there is CPE software that takes partial paths in GetParameterNames and crashes on them here
    /// (genieacs-sim). Only where it does not list them it is asked by the partial path after all. What is not there is no fault.
    /// </summary>
    public async Task<ProtocolFault?> ReadBelowAsync(string path, Func<string, bool>? wanted = null)
    {
        var (discovery, fault) = await RefreshJob.DiscoverAsync(context, path);
        if (fault is null) return await ReadAsync([.. discovery.Parameters().Where(n => wanted?.Invoke(n) ?? true)]);
        return fault.Code == "cwmp.invalid-name" ? null : await ReadAsync([path]);
    }

    private ProtocolFault? Split((int Start, int Count) part, string[] asked, ProtocolFault fault, int code, Stack<(int Start, int Count)> waiting)
    {
        if (part.Count == 1)
        {
            Refused.Add((asked[0], fault, code));
            // A device that refuses name after name does not read at all.
            return Refused.Count > 1_000 ? fault : null;
        }
        var half = part.Count / 2;
        waiting.Push((part.Start + half, part.Count - half));
        waiting.Push((part.Start, half));
        if (code is 9002 or 9004) batch = Math.Max(1, Math.Min(batch, half));
        if (code == 9002) (failed, most) = (Math.Min(failed ?? part.Count, part.Count), 0);
        wasTooMuch |= code == 9004;
        return null;
    }

    // What it took after it had refused more; kept, so that the next session does not run into it again.
    private void Learn(int count)
    {
        (wasTooMuch, batch) = (false, count);
        context.Quirks.Learn(CwmpQuirks.MaximumNames, count);
    }
}
