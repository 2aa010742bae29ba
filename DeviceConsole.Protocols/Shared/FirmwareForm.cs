using System.Text.Json.Nodes;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Protocols.Shared;

/// <summary>
/// The firmware job of protocols whose devices fetch an image from an address, start with it and are then asked which version they run. It ends well only
/// when the version is the one that was meant.
/// </summary>
internal static class FirmwareForm
{
    /// <summary>The operation; the same as TR-069's.</summary>
    public const string Id = "download";

    /// <summary>What a job waits for whose device has the image and is to start with it.</summary>
    public const string Started = "firmware-started";

    /// <summary>The form.</summary>
    public static OperationDescriptor Create(string description) => new(Id, "Download firmware", description,
    [
        new("file", "File of the library", FieldKind.File) { FileTypes = ["1 Firmware Upgrade Image"], Help = "The device gets a link that holds for this job alone." },
        new("url", "Or its address", FieldKind.Text) { Placeholder = "https://files.example.net/hg310-2.1.bin", Help = "An image elsewhere, as the device reaches it, without a user or password in it." },
        new("version", "Expected version", FieldKind.Text) { Help = "What the device reports as its software version when it runs it. The job ends well only then. Empty: as the library says." },
        new("wait", "Wait (minutes)", FieldKind.Number) { Default = "60", Minimum = 1, Maximum = 10_080, Help = "How long the device may take until it has started with the new software." },
    ])
    {
        Writes = true, Dangerous = true, Idempotent = false, DefaultTimeout = TimeSpan.FromMinutes(2),
    };

    /// <summary>What is wrong with the arguments.</summary>
    public static IEnumerable<FieldError> Check(JsonObject arguments)
    {
        var (file, url) = (arguments.Text("file"), arguments.Text("url")?.Trim());
        if (file is null == url is null) yield return new FieldError("file", "Choose a file of the library, or enter the address of one elsewhere: one of the two.");
        else if (url is not null && CheckUrl(url) is { } wrong) yield return new FieldError("url", wrong);
    }

    /// <summary>In a few words.</summary>
    public static string Describe(JsonObject arguments) => arguments.Text("file") is not null ? "Download firmware of the library" : $"Download firmware from {arguments.Text("url")}";

    /// <summary>How long the job waits for the device's start.</summary>
    public static TimeSpan Patience(JsonObject arguments) => TimeSpan.FromMinutes(arguments.Number("wait") ?? 60);

    /// <summary>Where the device fetches the image from; a fault where the library has it no more, or it is no firmware.</summary>
    public static async Task<(string? Url, ProtocolFault? Fault)> SourceAsync(IDeviceFiles files, DeviceSession session, SessionWork work, string protocol, CancellationToken cancellationToken)
    {
        if (!Guid.TryParse(work.Arguments.Text("file"), out var file)) return (work.Arguments.Text("url")!.Trim(), null);
        if (await files.OfferAsync(session, work, file, Patience(work.Arguments), cancellationToken).ConfigureAwait(false) is not { } offer) return (null, FirmwareFaults.FileGone(protocol));
        return offer.File.IsFirmware ? (offer.Url.AbsoluteUri, null) : (null, FirmwareFaults.NoFirmware(protocol, offer.File.Name));
    }

    /// <summary>The version that the device is to run: the job's own word, else the library's; null where nobody said.</summary>
    public static async Task<string?> ExpectedAsync(IDeviceFiles files, DeviceSession session, SessionWork work, CancellationToken cancellationToken)
    {
        if (work.Arguments.Text("version")?.Trim() is { Length: > 0 } own) return own;
        if (!Guid.TryParse(work.Arguments.Text("file"), out var file)) return null;
        return await files.FindAsync(session, file, cancellationToken).ConfigureAwait(false) is { Version.Length: > 0 } stored ? stored.Version : null;
    }

    /// <summary>The device has started: it runs what it was to run, or it does not.</summary>
    public static ProtocolOutcome Judge(string protocol, string? expected, string? runs)
    {
        if (expected is null) return ProtocolOutcome.Success([], runs is null ? "The device has started." : $"The device has started; it runs version {runs}.");
        return runs == expected ? ProtocolOutcome.Success([], $"The device runs version {runs}.") : ProtocolOutcome.Failure(FirmwareFaults.OtherVersion(protocol, expected, runs));
    }

    private static string? CheckUrl(string text)
    {
        if (!Uri.TryCreate(text, UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https") || url.AbsolutePath.EndsWith('/'))
            return "Enter the whole address of a file, for example https://files.example.net/image.bin.";
        if (url.UserInfo.Length > 0) return "The address holds a user or password, which everybody would see in the job. Give the device an address that needs none.";
        return url.Query.Length > 0 ? "Devices put the address together from a folder and a name: it has no question mark in it." : null;
    }
}
