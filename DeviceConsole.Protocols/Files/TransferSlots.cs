using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace DeviceConsole.Protocols.Files;

/// <summary>How many transfers there may be at once on this node.</summary>
internal sealed class TransferSlots(FileServerOptions options)
{
    private int taken;

    /// <summary>Takes a place, given back when the answer is disposed; null where there is none left, and then the answer is written.</summary>
    public IDisposable? Take(HttpResponse response)
    {
        if (Interlocked.Increment(ref taken) <= options.MaximumTransfers) return new Slot(this);
        Interlocked.Decrement(ref taken);
        response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        response.Headers.RetryAfter = (options.RetryAfter + Random.Shared.Next(options.RetryAfter + 1)).ToString(CultureInfo.InvariantCulture);
        return null;
    }

    private sealed class Slot(TransferSlots slots) : IDisposable
    {
        public void Dispose() => Interlocked.Decrement(ref slots.taken);
    }
}
