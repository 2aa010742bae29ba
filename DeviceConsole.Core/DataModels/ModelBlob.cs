using System.IO.Compression;
using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace DeviceConsole.Core.DataModels;

/// <summary>A model as it is stored: JSON, compressed. The same model always gives the same bytes.</summary>
internal static class ModelBlob
{
    private static readonly JsonSerializerOptions Options = new()
    {
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault,
        Converters = { new JsonStringEnumConverter() },
    };

    public static (byte[] Content, byte[] Hash) Write(DataModel model)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(model, Options);
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.Optimal)) gzip.Write(json);
        return (packed.ToArray(), SHA256.HashData(json));
    }

    public static DataModel Read(byte[] content)
    {
        using var gzip = new GZipStream(new MemoryStream(content), CompressionMode.Decompress);
        return JsonSerializer.Deserialize<DataModel>(gzip, Options) ?? throw new InvalidDataException("A stored data model is empty.");
    }
}
