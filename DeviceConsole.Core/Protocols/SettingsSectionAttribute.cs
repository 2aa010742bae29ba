namespace DeviceConsole.Core.Protocols;

/// <summary>
/// Marks a class of options and names its section of the configuration: every property is a setting that <c>config check</c> prints and
/// docs/CONFIGURATION.md lists, with the property's summary as its meaning.
/// </summary>
/// <param name="section">For example <c>Jobs</c>, or <c>Usp:Mqtt</c>.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class SettingsSectionAttribute(string section) : Attribute
{
    /// <summary>The section.</summary>
    public string Section => section;
}
