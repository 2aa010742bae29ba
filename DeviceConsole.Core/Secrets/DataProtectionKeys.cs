using System.Text;
using System.Xml.Linq;
using DeviceConsole.Core.Data;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.AspNetCore.DataProtection.XmlEncryption;
using Microsoft.Extensions.DependencyInjection;

namespace DeviceConsole.Core.Secrets;

/// <summary>
/// Data Protection's key ring (cookies, antiforgery) in the database, sealed under the master key: every node reads the same.
/// Synchronous because the framework's contract is.
/// </summary>
public sealed class DataProtectionKeys(DataSources dataSources) : IXmlRepository
{
    /// <inheritdoc />
    public IReadOnlyCollection<XElement> GetAllElements()
    {
        using var command = dataSources.App.CreateCommand("SELECT xml FROM data_protection_keys ORDER BY created_at");
        using var reader = command.ExecuteReader();
        var elements = new List<XElement>();
        while (reader.Read()) elements.Add(XElement.Parse(reader.GetString(0)));
        return elements;
    }

    /// <inheritdoc />
    public void StoreElement(XElement element, string friendlyName)
    {
        using var command = dataSources.App.CreateCommand("INSERT INTO data_protection_keys (id, friendly_name, xml) VALUES ($1, $2, $3)");
        command.Parameters.Add(Sql.Uuid(Guid.CreateVersion7()));
        command.Parameters.Add(Sql.Text(friendlyName));
        command.Parameters.Add(Sql.Text(element.ToString(SaveOptions.DisableFormatting)));
        command.ExecuteNonQuery();
    }
}

/// <summary>Seals Data Protection's keys.</summary>
public sealed class MasterKeyXmlEncryptor(MasterKey masterKey) : IXmlEncryptor
{
    internal const string Purpose = "data-protection";
    private readonly SecretBox box = new(masterKey, Purpose);

    /// <inheritdoc />
    public EncryptedXmlInfo Encrypt(XElement plaintextElement) =>
        new(new XElement("sealed", Convert.ToBase64String(box.Seal(Encoding.UTF8.GetBytes(plaintextElement.ToString(SaveOptions.DisableFormatting)), Purpose))),
            typeof(MasterKeyXmlDecryptor));
}

/// <summary>Opens them; made by the framework from the type's name in the stored element.</summary>
public sealed class MasterKeyXmlDecryptor(IServiceProvider services) : IXmlDecryptor
{
    private readonly SecretBox box = new(services.GetRequiredService<MasterKey>(), MasterKeyXmlEncryptor.Purpose);

    /// <inheritdoc />
    public XElement Decrypt(XElement encryptedElement) =>
        XElement.Parse(Encoding.UTF8.GetString(box.Open(Convert.FromBase64String(encryptedElement.Value), MasterKeyXmlEncryptor.Purpose)));
}

/// <summary>Registers them.</summary>
public static class DataProtectionRegistration
{
    // Part of every key's derivation: another name would make every cookie unreadable.
    private const string ApplicationName = "DeviceConsole";

    /// <summary>Needs <see cref="DataSources"/> and <see cref="MasterKey"/>.</summary>
    public static IServiceCollection AddStoredDataProtection(this IServiceCollection services)
    {
        services.AddSingleton<DataProtectionKeys>();
        services.AddDataProtection().SetApplicationName(ApplicationName);
        services.AddOptions<KeyManagementOptions>().Configure<DataProtectionKeys, MasterKey>((options, keys, masterKey) =>
        {
            options.XmlRepository = keys;
            options.XmlEncryptor = new MasterKeyXmlEncryptor(masterKey);
        });
        return services;
    }
}
