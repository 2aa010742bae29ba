using Microsoft.AspNetCore.Components;

namespace DeviceConsole.Web.Components.Shared;

/// <summary>Filters, sort and search live in the address: a link shows a colleague the same list.</summary>
public static class AddressQuery
{
    /// <summary>The present address with these values; null and empty ones are left out.</summary>
    public static string With(this NavigationManager navigation, params (string Name, string? Value)[] values) =>
        navigation.GetUriWithQueryParameters(values.ToDictionary(v => v.Name, v => (object?)(string.IsNullOrEmpty(v.Value) ? null : v.Value)));
}
