using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeviceConsole.Core.Mibs;

/// <summary>How an upload stands.</summary>
public enum MibUploadState
{
    /// <summary>Its bytes are on their way.</summary>
    Receiving,

    /// <summary>It waits for a worker.</summary>
    Queued,

    /// <summary>A worker compiles it.</summary>
    Running,

    /// <summary>All of it is in the library.</summary>
    Done,

    /// <summary>Nothing of it was stored.</summary>
    Refused,

    /// <summary>Somebody stopped it; what was compiled by then is in the library.</summary>
    Cancelled,

    /// <summary>It ended by itself before its end; what was compiled by then is in the library.</summary>
    Failed,
}

/// <summary>What a running upload is at.</summary>
public enum MibUploadStep
{
    /// <summary>Its files are taken out of the archives.</summary>
    Unpacking,

    /// <summary>Who imports whom is found out.</summary>
    Planning,

    /// <summary>Modules are compiled and stored, those that others import first.</summary>
    Compiling,
}

/// <summary>Which files of an upload are asked for.</summary>
public enum MibUploadOnly
{
    /// <summary>All of them.</summary>
    All,

    /// <summary>With a module that lost something.</summary>
    Errors,

    /// <summary>With a module that waits for another one.</summary>
    Missing,

    /// <summary>Without a module.</summary>
    Empty,

    /// <summary>Of the library, compiled again.</summary>
    Again,
}

/// <summary>A file to send.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Size">Bytes; negative where that is not known yet.</param>
/// <param name="Open">Opens it, once.</param>
public sealed record MibUploadPart(string Name, long Size, Func<Stream> Open);

/// <summary>The words of uploads as the database has them.</summary>
internal static class UploadWords
{
    private static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { Converters = { new JsonStringEnumConverter(JsonNamingPolicy.CamelCase) } };

    public static string Of(MibUploadState state) => state.ToString().ToLowerInvariant();

    public static string Of(MibUploadStep step) => step.ToString().ToLowerInvariant();

    public static MibUploadState State(string text) => Enum.Parse<MibUploadState>(text, ignoreCase: true);

    public static MibUploadStep Step(string text) => Enum.Parse<MibUploadStep>(text, ignoreCase: true);

    public static string ToJson<T>(T value) => JsonSerializer.Serialize(value, Json);

    public static T FromJson<T>(string text) => JsonSerializer.Deserialize<T>(text, Json)!;
}
