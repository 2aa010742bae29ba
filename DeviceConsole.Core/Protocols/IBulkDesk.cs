using DeviceConsole.Core.Parameters;

namespace DeviceConsole.Core.Protocols;

/// <summary>
/// Bulk data as protocols see it: who posts and what came (the collector), and what a job writes to a device so that it posts
/// (TR-181 <c>Device.BulkData.Profile.</c>).
/// </summary>
public interface IBulkDesk
{
    /// <summary>The profile behind an address; null where the tenant has none of it or it is being removed: whoever asks is told the same.</summary>
    Task<BulkCaller?> FindAsync(string tenantSlug, string profile, CancellationToken cancellationToken);

    /// <summary>Stores what came: values of the device, and series of those that are graphed. What came already is left alone.</summary>
    Task<BulkReceipt> ReceiveAsync(BulkCaller caller, BulkDelivery delivery, CancellationToken cancellationToken);

    /// <summary>Notes why a report of a device that proved itself was refused, in a sentence.</summary>
    Task RefusedAsync(BulkCaller caller, string reason, CancellationToken cancellationToken);

    /// <summary>What is to be written to the device, with its password; null where the profile is gone or the device another one's.</summary>
    Task<BulkPlan?> PlanAsync(DeviceSession session, Guid profile, CancellationToken cancellationToken);

    /// <summary>It stands on the device, at this instance (with its dot), or no longer does (null).</summary>
    Task StandsAsync(DeviceSession session, Guid profile, string? instance, CancellationToken cancellationToken);

    /// <summary>It is gone from the device: it is forgotten here too.</summary>
    Task RemovedAsync(DeviceSession session, Guid profile, CancellationToken cancellationToken);
}

/// <summary>A device that posts.</summary>
/// <param name="TenantId">The tenant.</param>
/// <param name="DeviceId">The device.</param>
/// <param name="ProfileId">The profile.</param>
/// <param name="UserName">What it shows.</param>
/// <param name="Password">The password to it.</param>
/// <param name="Separator">Between fields, where it posts CSV.</param>
public sealed record BulkCaller(Guid TenantId, Guid DeviceId, Guid ProfileId, string UserName, string Password, char Separator)
{
    /// <summary>The device's serial number as it is on record; empty where none is.</summary>
    public string SerialNumber { get; init; } = "";

    /// <summary>What it calls itself in its protocols.</summary>
    public IReadOnlyList<string> Identities { get; init; } = [];

    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"bulk profile {ProfileId}";
}

/// <summary>Values of one moment.</summary>
/// <param name="At">When they were collected; null where the device did not say.</param>
/// <param name="Values">By the names of the report; types are TR-106 base types, or empty where the report does not tell them.</param>
public sealed record BulkMoment(DateTimeOffset? At, IReadOnlyList<ParameterValue> Values);

/// <summary>What one request brought.</summary>
/// <param name="Moments">The present report, and earlier ones that could not be delivered.</param>
/// <param name="Bad">How many rows or parameters could not be read.</param>
/// <param name="Problems">Sentences about the first of them.</param>
public sealed record BulkDelivery(IReadOnlyList<BulkMoment> Moments, int Bad, IReadOnlyList<string> Problems);

/// <summary>What came of it.</summary>
public enum BulkReceipt
{
    /// <summary>It is stored, or was already.</summary>
    Stored,

    /// <summary>The profile is gone.</summary>
    Gone,

    /// <summary>Several reports of it come at the same time: this one is to be sent again.</summary>
    Busy,
}

/// <summary>A parameter of a profile.</summary>
/// <param name="Reference">A full path, a path with <c>*</c> in place of instance numbers, or an object's path with a dot at its end.</param>
/// <param name="Name">What it is called in the report; empty for its path.</param>
public sealed record BulkReference(string Reference, string Name);

/// <summary>What a device is to post.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Url">Where to.</param>
/// <param name="UserName">What it shows there.</param>
/// <param name="Password">The password to it.</param>
/// <param name="IntervalSeconds">How often.</param>
/// <param name="Encoding">One of <see cref="BulkEncodings"/>.</param>
/// <param name="Separator">Between fields of CSV.</param>
/// <param name="Compress">With gzip.</param>
/// <param name="Retained">How many reports that could not be delivered are kept.</param>
/// <param name="Parameters">What of.</param>
/// <param name="Instance">Where it stands on the device; null where it does not.</param>
public sealed record BulkPlan(string Name, Uri Url, string UserName, string Password, int IntervalSeconds, string Encoding, char Separator, bool Compress, int Retained, IReadOnlyList<BulkReference> Parameters, string? Instance)
{
    /// <summary>True where it is to be taken off the device.</summary>
    public bool IsRemoving { get; init; }

    /// <summary>Prints no secret.</summary>
    public override string ToString() => Name;
}

/// <summary>How reports are written.</summary>
public static class BulkEncodings
{
    /// <summary>JSON, objects within objects.</summary>
    public const string JsonHierarchy = "json-hierarchy";

    /// <summary>JSON, full names.</summary>
    public const string JsonPairs = "json-pairs";

    /// <summary>CSV, a row a parameter.</summary>
    public const string CsvRows = "csv-rows";

    /// <summary>CSV, a column a parameter.</summary>
    public const string CsvColumns = "csv-columns";

    /// <summary>All of them with their names, the usual one first.</summary>
    public static IReadOnlyList<(string Id, string Name)> All { get; } =
        [(JsonHierarchy, "JSON, objects within objects"), (JsonPairs, "JSON, full names"), (CsvRows, "CSV, a row a parameter"), (CsvColumns, "CSV, a column a parameter")];
}
