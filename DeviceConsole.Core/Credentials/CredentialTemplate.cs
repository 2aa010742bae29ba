using System.Text.Json.Nodes;

namespace DeviceConsole.Core.Credentials;

/// <summary>Credentials that devices share, as pages and the API show them. Secrets are never read back, only which are set.</summary>
/// <param name="Id">The template.</param>
/// <param name="Name">Unique within the protocol.</param>
/// <param name="Protocol">The protocol's id.</param>
/// <param name="Settings">What belongs to the credentials without being secret, by the ids of the descriptor's template settings.</param>
/// <param name="SecretsSet">Which credentials are set.</param>
/// <param name="Devices">How many devices use it.</param>
/// <param name="UpdatedAt">When it was changed last.</param>
public sealed record CredentialTemplate(Guid Id, string Name, string Protocol, JsonObject Settings, IReadOnlyList<string> SecretsSet, int Devices, DateTimeOffset UpdatedAt);

/// <summary>What an operator enters for a template.</summary>
/// <param name="Name">1 to 200 characters, unique within the protocol.</param>
/// <param name="Protocol">The protocol's id; that of a stored template does not change.</param>
/// <param name="Settings">Values by the ids of the descriptor's template settings.</param>
/// <param name="Secrets">Values by the ids of the descriptor's credentials. A field that is absent keeps what is stored; an empty one removes it.</param>
public sealed record CredentialTemplateInput(string Name, string Protocol, JsonObject Settings, IReadOnlyDictionary<string, string> Secrets)
{
    /// <summary>Prints no secret.</summary>
    public override string ToString() => $"credential template {Name}";
}

/// <summary>The part of a template that a device's form is checked with.</summary>
internal sealed record TemplateSettings(string Name, string Protocol, JsonObject Settings);
