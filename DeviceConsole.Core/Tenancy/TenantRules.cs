using System.Net;
using System.Text.RegularExpressions;
using DeviceConsole.Core.Protocols;

namespace DeviceConsole.Core.Tenancy;

/// <summary>What a tenant's fields must look like, as sentences.</summary>
public static partial class TenantRules
{
    private const int MaximumNetworks = 100;

    /// <summary>True for a short name that may stand in an address (one DNS label).</summary>
    public static bool IsSlug(string? slug) => slug is not null && SlugPattern().IsMatch(slug);

    /// <summary>All that is wrong with a new tenant.</summary>
    public static IReadOnlyList<FieldError> Check(TenantInput input)
    {
        var errors = new List<FieldError>();
        if (!IsSlug(input.Slug))
            errors.Add(new("slug", "The short name may hold lower-case letters, digits and hyphens, up to 63, and starts with a letter or digit."));
        CheckShared(input.Name, input.AllowedNetworks, errors);
        return errors;
    }

    /// <summary>All that is wrong with a change.</summary>
    public static IReadOnlyList<FieldError> Check(TenantUpdate input)
    {
        var errors = new List<FieldError>();
        CheckShared(input.Name, input.AllowedNetworks, errors);
        return errors;
    }

    /// <summary>Reads a network in CIDR form; a bare address is a network of its own.</summary>
    public static bool TryParseNetwork(string text, out IPNetwork network)
    {
        text = text.Trim();
        if (IPNetwork.TryParse(text, out network)) return true;
        if (text.Contains('/', StringComparison.Ordinal) || !IPAddress.TryParse(text, out var address)) return false;
        network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
        return true;
    }

    private static void CheckShared(string name, IReadOnlyList<string> networks, List<FieldError> errors)
    {
        if (name.Trim().Length is 0 or > 200) errors.Add(new("name", "The name needs 1 to 200 characters."));
        if (networks.Count > MaximumNetworks) errors.Add(new("allowedNetworks", $"At most {MaximumNetworks} networks can be listed."));
        foreach (var network in networks.Where(n => !TryParseNetwork(n, out _)))
            errors.Add(new("allowedNetworks", $"'{network}' is no network. Write an address and a prefix length, like 10.0.0.0/8."));
    }

    [GeneratedRegex("^[a-z0-9][a-z0-9-]{0,62}\\z")]
    private static partial Regex SlugPattern();
}
